import Encoding
import Foundation
import HummingbirdCore
import Jobs
import Ledger
import LedgerControl
import LedgerStore
import NIOCore
import ServiceLifecycle
import Synchronization

/// One long request while it runs: the work on a thread of its own, its progress on the socket.
///
///     {"progress":{"done":N,"total":N,"what":"..."}}      as often as the clock ticks
///     {"result":{...}}  or  {"error":"...","exit":N}      once, last; the exit code of a command
final class ControlRun: Sendable {
    /// Time between two lines: a client that has gone is noticed when one cannot be written.
    private static let tick = Duration.milliseconds(500)

    private struct State {
        var step: JobProgress.Step?
        var outcome: Result<JSON.Object, ControlError>?
        var isWanted = true
    }

    private let state = Mutex(State())

    /// Starts the work, writes its lines, and returns when it has ended and all is written.
    ///
    /// Where the client goes away or the server is told to stop, the work's next report ends it;
    /// nothing that belongs to the ledger is still in use when this returns.
    func run(
        _ writer: inout any ResponseBodyWriter,
        _ work: @escaping @Sendable (JobProgress) throws -> JSON.Object
    ) async throws {
        let (ticks, continuation) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        start(work) { continuation.finish() }
        let clock = Task {
            while (try? await Task.sleep(for: Self.tick)) != nil { continuation.yield() }
        }
        defer { clock.cancel() }
        var failure: (any Error)?
        await withGracefulShutdownHandler {
            for await _ in ticks where failure == nil {
                do {
                    try await writer.write(ByteBuffer(bytes: progressLine))
                } catch {
                    failure = error
                    cancel()
                }
            }
        } onGracefulShutdown: {
            self.cancel()
        }
        if let failure { throw failure }
        try await writer.write(ByteBuffer(bytes: lastLine))
        try await writer.finish(nil)
    }

    private func cancel() {
        state.withLock { $0.isWanted = false }
    }

    private func start(
        _ work: @escaping @Sendable (JobProgress) throws -> JSON.Object,
        then end: @escaping @Sendable () -> Void
    ) {
        let progress = JobProgress { [self] step in
            state.withLock { state in
                state.step = step
                return state.isWanted
            }
        }
        let thread = Thread { [self] in
            let outcome: Result<JSON.Object, ControlError>
            do {
                outcome = .success(try work(progress))
            } catch {
                let remedy =
                    (error as? LedgerError)?.remedy ?? (error as? ControlError)?.remedy ?? .wait
                outcome = .failure(ControlError(SafeText.line("\(error)"), remedy: remedy))
            }
            state.withLock { $0.outcome = outcome }
            end()
        }
        thread.name = "control"
        thread.start()
    }

    private var progressLine: [UInt8] {
        let step = state.withLock { $0.step }
        var members: JSON.Object = ["done": Self.number(step?.done ?? 0)]
        if let total = step?.total { members["total"] = Self.number(total) }
        members["what"] = .string(Text(SafeText.line(step?.what ?? "waiting")))
        return Self.line(["progress": .object(members)])
    }

    private var lastLine: [UInt8] {
        switch state.withLock({ $0.outcome }) {
        case .success(let result): Self.line(["result": .object(result)])
        case .failure(let error):
            Self.line([
                "error": .string(Text(error.description)),
                "exit": .integer(Int64(error.remedy.rawValue)),
            ])
        case nil: preconditionFailure("the lines end when the work has")
        }
    }

    private static func line(_ value: JSON) -> [UInt8] {
        value.encoded() + [UInt8(ascii: "\n")]
    }

    private static func number(_ number: UInt64) -> JSON {
        .integer(min(Int64(clamping: number), JSON.maximumInteger))
    }
}

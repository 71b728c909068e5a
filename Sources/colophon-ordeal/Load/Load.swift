import Foundation
import HTTPCalls
import LedgerClient
import Provenance

/// Clients that submit works in every way that clients do, until they are stopped.
struct Load: Sendable {
    let url: ServiceURL
    let pop: PoP
    let memory: Memory

    /// The beginning of the names of all works of this load.
    let name: String

    var clients = 6

    /// The longest pause of a client between two requests.
    var pauseMilliseconds = 20

    /// Most statements in one batch.
    var batchItems = 256

    /// Bytes of random text in each manifest.
    var padding = 0

    /// Runs the clients, and one that watches the checkpoint, until `body` returns.
    func run(seed: UInt64, until body: () async throws -> Void) async throws {
        var dice = Dice(seed: seed)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<clients {
                let seed = dice.next()
                group.addTask { await client(number, Dice(seed: seed)) }
            }
            group.addTask { await watch() }
            defer { group.cancelAll() }
            try await body()
        }
    }

    private func client(_ number: Int, _ dice: Dice) async {
        var client = LoadClient(load: self, number: number, dice: dice)
        await LedgerClient.with(url, options: Self.options) { await client.run($0) }
    }

    /// Bytes of an index head with its receipt, at most.
    private static let headBytes = 1 << 20

    /// Asks for the checkpoint again and again, which must never shrink, and for the newest index
    /// head.
    private func watch() async {
        await LedgerClient.with(url, options: Self.options) { client in
            while !Task.isCancelled {
                let floor = memory.highest
                // A server that is gone shows nothing; the next round asks again.
                if let note = try? await client.checkpoint() {
                    memory.saw(note: note, floor: floor)
                }
                if let head = try? await client.caller.sendOnce(
                    CallRequest("GET", "/index", accept: "application/cose", status: 200),
                    limit: Self.headBytes)
                {
                    memory.saw(indexHead: head.body)
                }
                try? await Task.sleep(for: .milliseconds(15))
            }
        }
    }

    /// One try for each request: what is not answered is remembered and sent again later.
    private static var options: CallOptions {
        var options = CallOptions()
        options.tries = 1
        options.connectTimeout = .seconds(5)
        options.answerTimeout = .seconds(20)
        return options
    }
}

import Crypto
import Encoding
import Merkle
import Synchronization
import TestPeer

/// A calendar that does as the reference server does, unless it is told otherwise; it says of a
/// block what the test wants.
final class FakeCalendar: Sendable {
    /// What a test has it do in its place; nil for what a calendar does.
    typealias Trick = @Sendable (StubServer.Request) async throws -> StubServer.Answer?

    private struct State {
        var promised: Set<[UInt8]> = []
        var posted: [[UInt8]] = []
        var asked: [String] = []
        var height: UInt8?
        var trick: Trick?
    }

    /// The name that it gives itself.
    static let uri = "https://calendar.example"

    private static let type = ["Content-Type": "application/octet-stream"]
    private let state = Mutex(State())

    /// The digests that it was given, in order.
    var posted: [[UInt8]] { state.withLock { $0.posted } }

    /// What it was asked about, in hexadecimal digits, in order.
    var asked: [String] { state.withLock { $0.asked } }

    func play(_ trick: Trick?) { state.withLock { $0.trick = trick } }

    /// Has every promise kept, by a block of this height.
    func mine(height: UInt8 = 100) { state.withLock { $0.height = height } }

    /// Has it know nothing of what it promised.
    func forget() { state.withLock { $0.promised = [] } }

    /// A tree as it answers to a digest: four bytes before it, eight behind it, and the promise.
    static func promise(uri: String = uri) -> [UInt8] {
        [0xf1, 4, 1, 2, 3, 4, 0xf0, 8] + Array(repeating: 9, count: 8) + pending(uri)
    }

    private static func pending(_ uri: String) -> [UInt8] {
        let payload = [UInt8(uri.utf8.count)] + uri.utf8
        return [0, 0x83, 0xdf, 0xe3, 0x0d, 0x2e, 0xf9, 0x0c, 0x8e, UInt8(payload.count)] + payload
    }

    /// A tree from a commitment to a block.
    static func block(_ height: UInt8) -> [UInt8] {
        [0x08, 0, 0x05, 0x88, 0x96, 0x0d, 0x73, 0xd7, 0x19, 0x01, 1, height]
    }

    static func tree(_ bytes: [UInt8]) -> StubServer.Answer { .whole(200, type, bytes) }

    static func refusal(_ words: String) -> StubServer.Answer {
        .whole(404, ["Content-Type": "text/plain"], Array(words.utf8))
    }

    func answer(_ request: StubServer.Request) async -> StubServer.Answer {
        let trick = state.withLock { state in
            if request.method == "POST" {
                state.posted.append(request.body)
            } else {
                state.asked.append(String(request.path.split(separator: "/").last ?? ""))
            }
            return state.trick
        }
        do {
            if let answer = try await trick?(request) { return answer }
        } catch {
            return .whole(500)
        }
        return request.method == "POST" ? take(request) : upgrade(request)
    }

    private func take(_ request: StubServer.Request) -> StubServer.Answer {
        guard request.path.hasSuffix("/digest"), request.body.count == 32 else {
            return .whole(400)
        }
        let commitment = [1, 2, 3, 4] + request.body + Array(repeating: 9, count: 8)
        state.withLock { _ = $0.promised.insert(commitment) }
        return Self.tree(Self.promise())
    }

    private func upgrade(_ request: StubServer.Request) -> StubServer.Answer {
        let text = request.path.split(separator: "/").last.map(String.init) ?? ""
        guard let commitment = Hex.decode(text) else { return .whole(400) }
        return state.withLock { state in
            guard state.promised.contains(commitment) else { return Self.refusal("Not found") }
            guard let height = state.height else {
                return Self.refusal("Pending confirmation in Bitcoin blockchain")
            }
            return Self.tree(Self.block(height))
        }
    }
}

import Checkpoints
import Encoding
import HTTPCalls
import IndexMap
import Ledger
import LedgerClient
import LedgerStore
import Manifests
import Merkle
import Provenance
import TestLedger
import TestPeer

/// A real ledger in this process, behind a server that can be told to answer otherwise.
struct StubLedger: Sendable {
    /// An answer in the place of the ledger's; nil lets the ledger answer.
    typealias Interference =
        @Sendable (StubServer.Request, LedgerFixture) async -> StubServer.Answer?

    let fixture: LedgerFixture
    let server: StubServer

    /// Runs `body` with a new ledger that knows the PoP's key.
    ///
    /// - Parameters:
    ///   - policy: whose quorum says which heads it serves.
    ///   - isIndexed: whether it makes index heads, as soon as there is anything to cover.
    static func run<Value: Sendable>(
        clock: TestClock = .system, policy: TrustPolicy? = nil, isIndexed: Bool = false,
        instead: @escaping Interference = { _, _ in nil },
        _ body: (StubLedger) async throws -> Value
    ) async throws -> Value {
        let fixture = try LedgerFixture(
            clock: clock,
            configure: { options in
                options.witnessPolicy = policy
                options.index = isIndexed ? .on : .off
                if isIndexed { options.indexInterval = .zero }
            })
        try await fixture.addPoP()
        try await fixture.awaitLists()
        return try await StubServer.run { request in
            if let answer = await instead(request, fixture) { return answer }
            return await answer(request, fixture.ledger)
        } _: { server in
            try await body(StubLedger(fixture: fixture, server: server))
        }
    }

    /// Runs `body` with a client that tries everything once.
    func with<Value: Sendable>(
        _ body: (LedgerClient) async throws -> Value
    ) async throws -> Value {
        try await LedgerClient.with(
            ServiceURL("http://127.0.0.1:\(server.port)"), options: .once, body)
    }

    /// The paths of all requests with this method.
    func paths(_ method: String) -> [String] {
        server.requests.filter { $0.method == method }.map(\.path)
    }

    private static func answer(
        _ request: StubServer.Request, _ ledger: Ledger
    ) async -> StubServer.Answer {
        let path = request.path.prefix { $0 != "?" }
        do {
            switch path {
            case "/entries": return try await register(request.body, ledger)
            case "/batch": return try await batch(request, ledger)
            case "/control": return .whole(200, [:], try ledger.control())
            case "/checkpoint": return .whole(200, [:], ledger.head().note)
            case "/trust-kit": return .whole(200, [:], try ledger.trustKit().oneFile)
            case "/complete": return try complete(request.path, ledger)
            case _ where path.hasPrefix("/tile/"):
                return ListedLedger.answer(request, ledger) ?? .whole(404)
            case "/consistency": return .whole(200, [:], try proof(request.path, ledger))
            case _ where path.hasSuffix("/transparent"):
                let name = path.dropFirst("/entries/".count).dropLast("/transparent".count)
                guard let entry = EntryID(Text(String(name))),
                    let record = try ledger.transparent(entry)
                else { return .whole(404) }
                return .whole(200, [:], record)
            case _ where path.hasPrefix("/subjects/"):
                return .whole(200, [:], try subjects(request.path, ledger))
            case _ where path.hasPrefix("/heads/before/"):
                guard let time = UInt64(path.dropFirst("/heads/before/".count)),
                    let head = try ledger.head(before: time)
                else { return .whole(404) }
                return .whole(200, [:], head.note)
            case _ where path.hasPrefix("/heads/"):
                guard let size = UInt64(path.dropFirst("/heads/".count)),
                    let head = try ledger.head(size: size)
                else { return .whole(404) }
                return .whole(200, [:], head.note)
            case _ where path.hasPrefix("/entries/"):
                guard let entry = EntryID(Text(String(path.dropFirst("/entries/".count)))),
                    let receipt = try ledger.receipt(entry)
                else { return .whole(404) }
                return .whole(200, [:], receipt)
            default: return .whole(404)
            }
        } catch {
            return .whole(500)
        }
    }

    private static func register(
        _ body: [UInt8], _ ledger: Ledger
    ) async throws -> StubServer.Answer {
        switch await ledger.register([body]).first {
        case .registered(_, let receipt)?: .whole(201, [:], receipt)
        case .known(_, let receipt)?: .whole(200, [:], receipt)
        case .unpublished?: .whole(202)
        case .refused(let refusal, _)?:
            .whole([.outOfTurn, .conflict].contains(refusal.reason) ? 409 : 400)
        case nil: .whole(500)
        }
    }

    /// Answers `/complete?sha256=HEX`, with all that are listed.
    private static func complete(_ path: String, _ ledger: Ledger) throws -> StubServer.Answer {
        guard try ledger.indexHead() != nil else { return .whole(404) }
        let digest = path.split(separator: "=").dropFirst().first.map { $0.prefix { $0 != "&" } }
        guard let hash = digest.flatMap({ Hex.decode(Text(String($0))) }).flatMap({ Hash($0) })
        else { return .whole(400) }
        do throws(LedgerError) {
            let proof = try ledger.complete([.artifact(hash)], positions: 0..<4096)
            return proof.map { .whole(200, [:], $0.encoded()) } ?? .whole(204)
        } catch {
            guard case .tryAgain = error else { throw error }
            return .whole(503)
        }
    }

    /// Answers `/subjects/SHA256?limit=N&after=M`.
    private static func subjects(_ path: String, _ ledger: Ledger) throws -> [UInt8] {
        let digest = path.dropFirst("/subjects/".count).prefix { $0 != "?" }
        guard let hash = Hex.decode(Text(String(digest))).flatMap({ Hash($0) }) else { return [] }
        let numbers = path.drop { $0 != "?" }.split { !$0.isNumber }.compactMap { UInt64($0) }
        let entries = try ledger.entries(
            subject: hash, after: numbers.count > 1 ? numbers[1] : nil, limit: Int(numbers[0]))
        return JSON.array(
            entries.map { entry in
                [
                    "index": .integer(Int64(entry.index)),
                    "entry": .string(Text("\(entry.id)")),
                ]
            }
        ).encoded()
    }

    /// Answers `/consistency?from=N&to=M`.
    private static func proof(_ path: String, _ ledger: Ledger) throws -> [UInt8] {
        let numbers = path.split { !$0.isNumber }.compactMap { UInt64($0) }
        let hashes = try ledger.consistency(from: numbers[0], to: numbers[1])
        return hashes.flatMap { Array("\(Base64.encode($0.bytes))\n".utf8) }
    }
}

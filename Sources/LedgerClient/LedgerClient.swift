import Encoding
public import HTTPCalls
public import Merkle
public import Provenance

/// Speaks to one ledger over HTTP/1.1.
///
/// Nothing that it returns is verified beyond its form: receipts and checkpoints prove themselves
/// to a holder of a trust kit.
public struct LedgerClient: Sendable {
    package let caller: HTTPCaller
    let batchSize = BatchSize()

    /// The ledger's address.
    public var ledger: ServiceURL { caller.service }

    /// Opens a client, runs `body` with it and closes it.
    public static func with<Value: Sendable, Failure: Error>(
        _ ledger: ServiceURL, options: CallOptions = CallOptions(),
        _ body: (LedgerClient) async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let client = LedgerClient(ledger, options: options)
        do throws(Failure) {
            let value = try await body(client)
            await client.close()
            return value
        } catch {
            await client.close()
            throw error
        }
    }

    /// Creates a client that must be closed with ``close()``.
    public init(_ ledger: ServiceURL, options: CallOptions = CallOptions()) {
        caller = HTTPCaller(ledger, options: options)
    }

    /// Asks through `caller`, which whoever made it closes.
    package init(on caller: HTTPCaller) {
        self.caller = caller
    }

    /// Closes all connections; the client cannot be used afterwards.
    public func close() async {
        await caller.close()
    }

    /// Registers one statement (with its manifest in -65540) and waits until it is durable.
    public func register(_ statement: [UInt8]) async throws(CallError) -> Acceptance {
        let request = CallRequest(
            "POST", "/entries", accept: "application/cose", body: statement,
            contentType: "application/cose")
        let answer = try await caller.send(request, limit: ClientLimit.entryBytes)
        switch answer.status {
        case 200: return .known(receipt: answer.body)
        case 201: return .registered(receipt: answer.body)
        case 202: return .pending(retryAfter: answer.retryAfter)
        default: throw .unexpected("status \(answer.status) to POST /entries")
        }
    }

    /// Returns all control statements in order: each is a leaf's exact bytes.
    public func controlStatements() async throws(CallError) -> [[UInt8]] {
        let answer = try await get(
            "/control", accept: "application/cbor-seq", limit: ClientLimit.controlBytes)
        var items: [[UInt8]] = []
        var rest = answer[...]
        while !rest.isEmpty {
            guard case .complete(let length) = CBORItemLength(of: rest) else {
                throw .unexpected("GET /control is not a sequence of CBOR items")
            }
            let item = Array(rest.prefix(length))
            items.append((try? CBOR.decode(item))?.bytesValue ?? item)
            rest = rest.dropFirst(length)
        }
        return items
    }

    /// Returns the hashes that show the tree of `to` to extend the tree of `from`.
    public func consistency(from: UInt64, to: UInt64) async throws(CallError) -> [Hash] {
        let answer = try await get(
            "/consistency?from=\(from)&to=\(to)", accept: "text/plain",
            limit: ClientLimit.textBytes)
        var hashes: [Hash] = []
        for line in answer.split(separator: UInt8(ascii: "\n")) {
            guard let bytes = Base64.decode(line), let hash = Hash(bytes) else {
                throw .unexpected("GET /consistency has a line that is not a hash")
            }
            hashes.append(hash)
        }
        return hashes
    }

    /// Returns the newest checkpoint: a signed note.
    public func checkpoint() async throws(CallError) -> [UInt8] {
        try await get("/checkpoint", accept: "text/plain", limit: ClientLimit.noteBytes)
    }

    /// Returns the files of the ledger's trust kit, which are not verified.
    public func trustKit() async throws(CallError) -> TrustKit.Files {
        let bytes = try await get(
            "/trust-kit", accept: TrustKit.Files.mediaType, limit: ClientLimit.kitBytes)
        do throws(TrustKitError) {
            return try TrustKit.Files(oneFile: bytes)
        } catch {
            throw .unexpected("GET /trust-kit is no trust kit: \(error)")
        }
    }

    /// Returns the checkpoint of a tree of `size` with all cosignatures that the ledger has; nil
    /// where the ledger does not keep that head, which no proof needs (log.md §4).
    public func checkpoint(ofSize size: UInt64) async throws(CallError) -> [UInt8]? {
        do throws(CallError) {
            return try await get(
                "/heads/\(size)", accept: "text/plain", limit: ClientLimit.noteBytes)
        } catch {
            guard case .refused(let problem) = error, problem.status == 404 else { throw error }
            return nil
        }
    }

    /// Returns the newest kept checkpoint that is older than `time`, in POSIX seconds.
    public func checkpoint(before time: UInt64) async throws(CallError) -> [UInt8] {
        try await get("/heads/before/\(time)", accept: "text/plain", limit: ClientLimit.noteBytes)
    }

    /// Returns the leaf's bytes of an entry.
    public func statement(_ entry: EntryID) async throws(CallError) -> [UInt8] {
        try await get(
            "/entries/\(entry)/statement", accept: "application/cose", limit: ClientLimit.entryBytes
        )
    }

    /// Returns everything the ledger knows of an entry, in one file.
    public func transparent(_ entry: EntryID) async throws(CallError) -> [UInt8] {
        try await get(
            "/entries/\(entry)/transparent", accept: "application/cose",
            limit: ClientLimit.entryBytes)
    }

    private func get(
        _ path: String, accept: String, limit: Int
    ) async throws(CallError) -> [UInt8] {
        try await caller.send(CallRequest("GET", path, accept: accept), limit: limit).body
    }
}

/// How a ledger took a statement.
public enum Acceptance: Hashable, Sendable {
    /// It is a new entry, durable, with this receipt.
    case registered(receipt: [UInt8])

    /// It was an entry already; this receipt is as good.
    case known(receipt: [UInt8])

    /// It is durable, and its receipt follows when witnesses have signed: ask for it later,
    /// by ``LedgerClient/receipt(of:)``. The ledger may say when.
    case pending(retryAfter: Duration?)
}

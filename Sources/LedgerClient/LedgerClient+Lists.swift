public import Encoding
public import HTTPCalls
public import Merkle
public import Provenance

/// An entry in a ledger's list.
public struct ListedEntry: Hashable, Sendable {
    /// Its index in the log.
    public let index: UInt64

    /// Its name.
    public let entry: EntryID
}

/// The list that is asked for.
public enum EntryList: Hashable, Sendable {
    /// The entries that name the artifact with this SHA-256.
    case artifact(Hash)

    /// The entries of this issuer.
    case issuer(Text)

    /// The entries of this thread.
    case thread(Text)

    var path: String {
        switch self {
        case .artifact(let digest): "/subjects/\(Hex.encode(digest.bytes))?"
        case .issuer(let issuer): "/threads?iss=\(Self.escaped(issuer))&"
        case .thread(let subject): "/threads?sub=\(Self.escaped(subject))&"
        }
    }

    /// Percent-encodes all but the unreserved characters (RFC 3986 §2.3).
    static func escaped(_ text: Text) -> String {
        text.string.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}

extension LedgerClient {
    /// Entries of one page: the most that a ledger gives (http.md §5).
    private static let pageEntries = 500

    /// Returns the next entries of a list, rising by index; an empty page is the end.
    public func page(
        of list: EntryList, after cursor: UInt64?
    ) async throws(CallError) -> [ListedEntry] {
        var path = list.path + "limit=\(Self.pageEntries)"
        if let cursor { path += "&after=\(cursor)" }
        let request = CallRequest("GET", path, accept: "application/json")
        let bytes = try await caller.send(request, limit: ClientLimit.listBytes).body
        var entries: [ListedEntry] = []
        let items = (try? JSON.decode(bytes))?.array
        for item in items ?? [] {
            guard let object = item.object, let index = object["index"]?.integer, index >= 0,
                let entry = object["entry"]?.text.flatMap({ EntryID($0) }),
                UInt64(index) >= (entries.last?.index ?? cursor).map({ $0 + 1 }) ?? 0
            else { break }
            entries.append(ListedEntry(index: UInt64(index), entry: entry))
        }
        guard let items, items.count == entries.count else {
            throw .unexpected("GET \(path) is not a list of entries that rise by index")
        }
        return entries
    }

    /// Returns all entries of a list, rising by index; nil where there are more than `limit`.
    public func all(
        of list: EntryList, limit: Int
    ) async throws(CallError) -> [ListedEntry]? {
        var all: [ListedEntry] = []
        while true {
            let page = try await page(of: list, after: all.last?.index)
            guard !page.isEmpty else { return all }
            all += page
            guard all.count <= limit else { return nil }
        }
    }
}

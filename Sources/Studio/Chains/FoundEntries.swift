import Encoding
import LedgerClient
import Manifests
import Provenance

/// Entries of one issuer as they are found in the log, each judged by the registry at its place.
struct FoundEntries {
    var entries = IssuerEntries()

    /// How many entries the list names, and how many of them were taken; with their bytes.
    let listedCount: Int

    /// The newest entry that the list names: what is behind it came after the list was asked for.
    private let lastListed: UInt64
    private(set) var takenCount = 0
    private(set) var takenBytes = 0

    /// Entries of the issuer behind the newest that the list names.
    private(set) var late: [NamedEntry] = []

    /// Whether an index head is among the leaves that were read.
    private(set) var hasIndexHead = false

    /// Those that the list does not name, so that none is taken twice.
    private var others: Set<UInt64> = []

    private let issuer: Text
    private let kit: TrustKit
    private let controlIndexes: [UInt64]

    /// The registry below the newest entry, and the number of control statements that made it.
    private var past: (count: Int, registry: Registry)?

    init(of issuer: Text, by kit: TrustKit, size: UInt64, listed: [ListedEntry]) {
        self.issuer = issuer
        self.kit = kit
        controlIndexes = kit.controls.map(\.index)
        listedCount = listed.count
        lastListed = listed.last?.index ?? 0
        entries.size = size
    }

    /// Takes the leaf that the log has where the list names an entry.
    mutating func take(_ leaf: [UInt8], listed: ListedEntry) throws(ChainCheckError) {
        let named = NamedEntry(index: listed.index, entry: listed.entry)
        (takenCount, takenBytes) = (takenCount + 1, takenBytes + leaf.count)
        guard EntryID(ofLeaf: leaf) == listed.entry else {
            throw .listRefuted(index: listed.index, listed.entry)
        }
        let statement: Statement
        do throws(Refusal) {
            statement = try Statement(leaf: leaf)
        } catch {
            entries.refused.append((named, error))
            return
        }
        guard statement.issuer == issuer else {
            throw .listRefuted(index: listed.index, listed.entry)
        }
        judge(statement, named)
    }

    /// Takes a leaf that no list named, where it is the issuer's all the same, and stands below one
    /// that the list names.
    mutating func takeUnlisted(_ leaf: [UInt8], at index: UInt64) {
        guard index < lastListed else {
            // A statement that stands there is read later, where the list is proven.
            if !hasIndexHead { hasIndexHead = (try? IndexHead(leaf: leaf)) != nil }
            return
        }
        takeOther(leaf, at: index)
    }

    /// Takes a leaf that no list named, wherever it stands, where it is the issuer's.
    ///
    /// An index head is noted, whoever signed it: the log has it, so the ledger has let it in.
    mutating func takeOther(_ leaf: [UInt8], at index: UInt64) {
        guard let kind = LeafKind(leaf: leaf) else { return }
        guard case .statement(let statement) = kind else {
            hasIndexHead = true
            return
        }
        guard statement.issuer == issuer, statement.controlManifest == nil,
            others.insert(index).inserted
        else { return }
        let named = NamedEntry(index: index, entry: statement.id)
        if index < lastListed { entries.unlisted.append(named) } else { late.append(named) }
        judge(statement, named)
    }

    /// What was found, in the order of the log.
    var inOrder: IssuerEntries {
        var entries = entries
        entries.numbered.sort { $0.index < $1.index }
        entries.unlisted.sort { $0.index < $1.index }
        return entries
    }

    private mutating func judge(_ statement: Statement, _ named: NamedEntry) {
        // The control statements are a chain of their own (registry.md §2).
        guard statement.controlManifest == nil else { return }
        do throws(Refusal) {
            let key = try registry(below: named.index).judge(statement)
            try Registry.checkSignature(of: statement, by: key)
        } catch {
            // Above the kit's tree a later control statement may have decided otherwise.
            if named.index >= kit.size, error.reason != .signature {
                entries.unknown.append(named)
            } else {
                entries.refused.append((named, error))
            }
            return
        }
        guard let chain = statement.chain else {
            entries.unnumberedCount += 1
            return
        }
        entries.numbered.append(
            NumberedEntry(
                index: named.index, entry: named.entry, keyID: statement.keyID, chain: chain))
    }

    /// The registry that decided about an entry at `index`; entries come in the order of the log.
    private mutating func registry(below index: UInt64) -> Registry {
        let count = controlIndexes.prefix { $0 < index }.count
        if let past, past.count == count { return past.registry }
        let registry = kit.registry(below: index)
        past = (count, registry)
        return registry
    }
}

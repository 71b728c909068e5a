import Encoding
import Ledger
import LedgerStore
import Manifests
import Merkle
import Provenance

/// What a ledger has of one entry, read for its page.
///
/// The ledger has checked all of it; whoever reads the page has only the ledger's word for that.
struct ShownEntry {
    /// Its record's parts.
    let record: TransparentStatement

    /// What there is of its manifest.
    let lookup: ManifestLookup?

    /// The manifest, where it is there and can be read.
    let manifest: Manifest?

    /// Its receipts, rising by the size of the tree; never empty.
    let receipts: [Receipt]

    /// The proof in the newest of them.
    let proof: InclusionProof

    /// The earliest evidence of others about a head that covers it.
    let anchors: [AnchorRow]

    /// Reads an entry; nil where there is none that anyone may see.
    init?(_ id: EntryID, in ledger: Ledger) throws {
        // The manifest is asked for after the record, which is hidden where it was erased
        // meanwhile.
        guard let bytes = try ledger.transparent(id) else { return nil }
        record = try TransparentStatement(bytes)
        lookup = try ledger.manifest(id)
        receipts = try record.receipts.map { try Receipt($0) }
        guard case .inclusion(let proof)? = receipts.last?.proof else {
            throw LedgerError.corrupt("entry \(id) has no receipt of its place")
        }
        self.proof = proof
        if let manifest = record.statement.controlManifest {
            self.manifest = manifest
        } else if case .present(let bytes, _)? = lookup {
            manifest = try Manifest(bytes)
        } else {
            manifest = nil
        }
        anchors = try ledger.anchors(covering: proof.leafIndex)
    }

    /// The signed statement.
    var statement: Statement { record.statement }

    /// The facts of a work; nil for every other type.
    var facts: ProvenanceFacts? { manifest.flatMap { try? ProvenanceFacts($0) } }

    /// The title of the page: the work's, with the number of a copy.
    var title: String {
        if case .erased? = lookup { return "An erased record" }
        guard let facts else { return Excerpt.line(statement.predicate.string) }
        let title = Excerpt.line(facts.record.title.string)
        guard let edition = facts.edition else { return title }
        return "\(title), copy \(edition.serial) of \(edition.total)"
    }
}

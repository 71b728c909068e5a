import Encoding
package import Manifests
package import Provenance

/// The record of what a work was made from.
package struct ParentRecord: Hashable, Sendable {
    /// The statement, which the work's record names.
    package let statement: Statement

    /// What the parent looks like, by its own signer; none where its manifest is not there.
    package let looks: [PerceptualHash]

    /// Names a parent by its statement alone.
    package init(_ statement: Statement) {
        self.statement = statement
        looks = []
    }

    /// Takes a record; a manifest that is not the one that was signed says nothing.
    package init(_ record: TransparentStatement) {
        statement = record.statement
        guard let manifest = record.manifest.flatMap({ try? Manifest($0) }),
            manifest.digest == statement.manifestDigest
        else {
            looks = []
            return
        }
        looks = ProvenanceFacts.perceptualHashes(in: manifest)
    }

    /// How far its look is from that of a work; nil where one of both has no hash that can be
    /// compared.
    func distance(to look: [PerceptualHash]) -> ParentDistance? {
        guard let own = looks.comparable, let other = look.comparable else { return nil }
        return ParentDistance(entry: Text("\(statement.id)"), distance: own.distance(to: other))
    }
}

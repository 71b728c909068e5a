public import Encoding
import Manifests
import Merkle

extension TrustKit {
    /// The decision that the ledger gives out the bytes of a manifest no more.
    ///
    /// A copy of the record may have them still. The entry stays in the log, and the verdict is
    /// what it was.
    public struct Erasure: Hashable, Sendable {
        /// The entry of the `erasure` statement.
        public let entry: UInt64

        /// Why, as that statement says.
        public let reason: Text

        /// On whose word.
        public let authority: Text
    }

    /// Returns the erasures among control statements, by the SHA-256 of the manifest.
    static func erasures(
        among controls: [(statement: Statement, index: UInt64)]
    ) -> [Hash: Erasure] {
        var erasures: [Hash: Erasure] = [:]
        for control in controls where control.statement.predicate == PredicateType.erasure {
            guard let manifest = control.statement.controlManifest,
                let content = try? ErasureManifest(manifest), erasures[content.sha256] == nil
            else { continue }
            erasures[content.sha256] = Erasure(
                entry: control.index, reason: content.reason, authority: content.authority)
        }
        return erasures
    }
}

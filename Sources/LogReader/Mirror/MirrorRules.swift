package import Merkle

/// What a leaf says of its manifest.
package enum LeafContent: Hashable, Sendable {
    /// It names a manifest by this digest.
    case manifest(Hash)

    /// It is a control statement, which has its manifest in itself.
    case control

    /// It is anything else; nothing beside it is copied.
    case other
}

/// What a mirror must be told of a log's leaves, beyond that the log proves them.
package protocol MirrorRules: Sendable {
    /// Whether the log has manifests and evidence beside its bundles at all.
    var hasManifests: Bool { get }

    /// Returns what a leaf says; called by several tasks at once.
    func content(of leaf: ArraySlice<UInt8>) -> LeafContent

    /// The manifests that are erased, as far as is known now: no file may have one.
    var erased: Set<Hash> { get }

    /// Returns the manifests that are erased by the control statements of a file that an earlier
    /// run has written.
    func erased(by control: [UInt8]) -> Set<Hash>

    /// Takes a control statement that the log has at this index; they come in order.
    func take(_ control: ArraySlice<UInt8>, at index: UInt64)

    /// Returns why a file of evidence beside a bundle does not take the place of the one that the
    /// copy has; nil where it does.
    func refusal(of evidence: [UInt8], inPlaceOf own: [UInt8]?, bundle: UInt64) -> String?

    /// Whether a file of evidence may become another one.
    func isOpen(evidence: [UInt8]) -> Bool

    /// Returns the files beside the log that follow from its leaves, by their names.
    func files() -> [(name: String, bytes: [UInt8])]

    /// Reads what the log shows as its newest index head.
    func indexHead(_ bytes: [UInt8]) -> ReadIndexHead
}

/// What a file of an index head turned out to be.
package enum ReadIndexHead: Hashable, Sendable {
    /// An index head with a receipt of the log, by which it stands at `index`: a leaf of this hash,
    /// about the first `size` entries.
    case head(index: UInt64, leaf: Hash, size: UInt64)

    /// Anything else: why it is not kept, as what follows the file's name.
    case refused(String)
}

/// A log of which nothing is known but that it is one.
package struct PlainLog: MirrorRules {
    package init() {}

    package var hasManifests: Bool { false }

    package func content(of leaf: ArraySlice<UInt8>) -> LeafContent { .other }

    package var erased: Set<Hash> { [] }

    package func erased(by control: [UInt8]) -> Set<Hash> { [] }

    package func take(_ control: ArraySlice<UInt8>, at index: UInt64) {}

    package func refusal(
        of evidence: [UInt8], inPlaceOf own: [UInt8]?, bundle: UInt64
    ) -> String? { nil }

    package func isOpen(evidence: [UInt8]) -> Bool { false }

    package func files() -> [(name: String, bytes: [UInt8])] { [] }

    package func indexHead(_ bytes: [UInt8]) -> ReadIndexHead {
        .refused("is of a log that has no index")
    }
}

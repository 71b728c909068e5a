import Checkpoints
import Merkle

/// The files of a log under one folder, by the names that HTTP serves them under.
///
///     checkpoint                       signed note (C2SP tlog-checkpoint), written last
///     tile/L/N[.p/W]                   hashes (C2SP tlog-tiles)
///     tile/entries/N[.p/W]             leaves, each after its length in 2 bytes
///     manifests/N[.p/W]                beside each bundle: CBOR sequence of byte strings and nulls
///     anchors/N                        evidence about heads beside each bundle that has some
///     control                          CBOR sequence of all control statements
///     .well-known/scitt-keys           COSE_KeySet of the receipt keys
///     index                            the newest index head with a receipt, where there is one
///     checkpoint.previous              the checkpoint before, whose partial files are kept
///
/// Everything but the checkpoint may be ahead of it: a crash leaves files that it does not cover.
public enum StaticLayout {
    /// The newest checkpoint.
    public static let checkpoint = "checkpoint"

    /// The checkpoint before it: readers that hold it find its partial files for one more round.
    static let previous = "checkpoint.previous"

    /// All control statements in order.
    public static let control = "control"

    /// The keys that sign receipts.
    public static let receiptKeys = ".well-known/scitt-keys"

    /// The newest index head with a receipt.
    public static let indexHead = "index"

    /// The folder of evidence about heads.
    public static let anchors = "anchors"

    /// The folder of manifests.
    public static let manifestsFolder = "manifests"

    /// The names at the top of the folder; any other name there is not ours.
    static let names: Set<String> = [
        checkpoint, previous, control, indexHead, "tile", manifestsFolder, anchors, ".well-known",
    ]

    /// Returns the name of the manifests beside an entry bundle.
    public static func manifests(_ index: UInt64, width: Int) -> String {
        let bundle = TilePath.entries(index: index, width: width).description
        return "\(manifestsFolder)/" + bundle.dropFirst("tile/entries/".count)
    }

    /// Returns the name of the evidence about heads whose last entry is in a bundle.
    public static func anchors(_ index: UInt64) -> String {
        let bundle = TilePath.entries(index: index, width: TileID.width).description
        return "\(anchors)/" + bundle.dropFirst("tile/entries/".count)
    }

    /// Returns how many entries bundle `index` has in a log of `size`: 0...256.
    static func width(of index: UInt64, in size: UInt64) -> Int {
        TileID(level: 0, index: index).width(in: size)
    }
}

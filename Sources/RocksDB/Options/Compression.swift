/// The compression of blocks of rows or values.
public enum Compression: Hashable, Sendable {
    /// Not at all: for hashes and signatures, which nothing makes smaller.
    case none

    /// LZ4: cheap in both directions.
    case lz4

    /// Zstandard: about half the size of LZ4's for text, at several times the cost.
    case zstd
}

import Files

/// What a mirror remembers of the files that it has written: how large each is, and which of them
/// it has to ask for again.
///
///     name       8 bytes   "mirror 1"
///     size       8         entries of the copy when this was written
///     next       8         the bundle from which on the next run asks for manifests again
///     a bundle  12         each, from the first on:
///       entries      4     bytes of its file of entries; 0 where nothing is known of the bundle
///       manifests    4     bytes of its file of manifests; 0 where there is none
///       missing      2     manifests that nobody has and no erasure names
///       flags        2     1: manifests, 2: evidence is asked for again
///
/// All integers are big-endian. The file stands beside the copy, not in it, and is written after
/// the checkpoint: a kill leaves an older one, whose bundles are looked at again where it does not
/// know them. Not trusted: an attacker who can change it can have a run look at more files or at
/// fewer, and have none written that is not proven.
struct MirrorMemory: Equatable {
    /// What is known of one bundle, in as many bytes as the file has for it.
    struct Bundle: Equatable {
        /// Bytes of its file of entries, 16 MiB at the most; 0 where nothing is known.
        var entriesBytes: UInt32 = 0

        /// Bytes of its file of manifests, 64 MiB at the most; 0 where there is none.
        var manifestsBytes: UInt32 = 0

        /// Manifests that nobody has shown, and that no erasure names.
        var missingManifests: UInt16 = 0

        /// Whether the log is to be asked for manifests again.
        var asksForManifests = false

        /// Whether the log is to be asked for evidence again.
        var asksForEvidence = false
    }

    /// The end of its name, which begins with the folder's.
    static let suffix = ".files"

    private static let name = Array("mirror 1".utf8)
    private static let headBytes = 24
    private static let bundleBytes = 12

    /// Bytes of the file that are read: those of a log of 1.4 billion entries.
    ///
    /// A larger one is taken for none, and all files are looked at.
    private static let byteLimit = 64 << 20

    /// Number of entries that the copy had.
    var size: UInt64 = 0

    /// The bundle from which on manifests are asked for again.
    var next: UInt64 = 0

    private var bundles: [Bundle] = []

    /// What is known of a bundle; nil for nothing.
    subscript(_ index: UInt64) -> Bundle? {
        get {
            guard index < UInt64(bundles.count), bundles[Int(index)].entriesBytes > 0 else {
                return nil
            }
            return bundles[Int(index)]
        }
        set {
            guard index < UInt64(Self.byteLimit / Self.bundleBytes) else { return }
            while UInt64(bundles.count) <= index { bundles.append(Bundle()) }
            bundles[Int(index)] = newValue ?? Bundle()
        }
    }

    /// The bundles of which something is to be asked for again, in their order.
    func indexes(where isAsked: (Bundle) -> Bool) -> [UInt64] {
        bundles.indices.filter { isAsked(bundles[$0]) }.map { UInt64($0) }
    }

    /// Number of manifests that nobody has.
    var missingManifests: UInt64 { bundles.reduce(0) { $0 + UInt64($1.missingManifests) } }

    // MARK: - The file

    init() {}

    /// Reads the file; nothing is known where there is none, or another one.
    init(from folder: Folder, _ name: String) throws(FileError) {
        let bytes: [UInt8]?
        do throws(FileError) {
            bytes = try folder.read(name, limit: Self.byteLimit)
        } catch {
            guard case .tooLarge = error.reason else { throw error }
            return
        }
        guard let bytes, bytes.count >= Self.headBytes, bytes.starts(with: Self.name),
            (bytes.count - Self.headBytes).isMultiple(of: Self.bundleBytes)
        else { return }
        size = Self.number(bytes[8..<16])
        next = Self.number(bytes[16..<24])
        var place = Self.headBytes
        bundles.reserveCapacity((bytes.count - place) / Self.bundleBytes)
        while place < bytes.count {
            let flags = Self.number(bytes[place + 10..<place + 12])
            bundles.append(
                Bundle(
                    entriesBytes: UInt32(Self.number(bytes[place..<place + 4])),
                    manifestsBytes: UInt32(Self.number(bytes[place + 4..<place + 8])),
                    missingManifests: UInt16(Self.number(bytes[place + 8..<place + 10])),
                    asksForManifests: flags & 1 != 0, asksForEvidence: flags & 2 != 0))
            place += Self.bundleBytes
        }
    }

    /// The contents of the file.
    var encoded: [UInt8] {
        var bytes = Self.name
        bytes.reserveCapacity(Self.headBytes + bundles.count * Self.bundleBytes)
        Self.append(size, 8, to: &bytes)
        Self.append(next, 8, to: &bytes)
        for bundle in bundles {
            Self.append(UInt64(bundle.entriesBytes), 4, to: &bytes)
            Self.append(UInt64(bundle.manifestsBytes), 4, to: &bytes)
            Self.append(UInt64(bundle.missingManifests), 2, to: &bytes)
            let flags: UInt64 =
                (bundle.asksForManifests ? 1 : 0) | (bundle.asksForEvidence ? 2 : 0)
            Self.append(flags, 2, to: &bytes)
        }
        return bytes
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func append(_ number: UInt64, _ count: Int, to bytes: inout [UInt8]) {
        for shift in (0..<count).reversed() {
            bytes.append(UInt8(truncatingIfNeeded: number >> (8 * UInt64(shift))))
        }
    }
}

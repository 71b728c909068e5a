import Checkpoints
import HTTPCalls
import Merkle

/// Where the files of a log come from: a folder, a web server, a store of objects.
///
/// Nothing that it gives is believed: whoever reads proves it into a signed checkpoint.
public protocol LogSource: Sendable {
    /// Where `path` is, for words: a file's path, an address.
    func location(of path: String) -> String

    /// Returns a file; nil only where it is certain that there is nothing of its name.
    ///
    /// More than `limit` bytes are refused, and not kept in memory. An error names the file as
    /// ``place(of:)`` does.
    func bytes(of file: LogFile, limit: Int) async throws(LogError) -> [UInt8]?

    /// Does the same for a file that was not what it must be: what lies in between and keeps old
    /// answers is asked not to give one of them.
    func freshBytes(of file: LogFile, limit: Int) async throws(LogError) -> [UInt8]?

    /// How long to wait before a file that is not what it must be is asked for again, each time;
    /// none where the answer stays the same.
    var patience: [Duration] { get }
}

extension LogSource {
    /// Where a file is, and what it holds: what an error names.
    public func place(of file: LogFile) -> LogError.File {
        LogError.File(path: location(of: file.path), part: file.part)
    }

    /// Waits before a file that was wrong is asked for again; where that is cut off, nobody knows
    /// what would have come: that it was wrong once says nothing of the log.
    func pause(_ wait: Duration, before file: LogError.File) async throws(LogError) {
        do {
            try await Task.sleep(for: wait)
        } catch {
            throw .service(file, .unreachable("stopped while waiting to ask again"))
        }
    }

    /// Nothing lies in between.
    public func freshBytes(of file: LogFile, limit: Int) async throws(LogError) -> [UInt8]? {
        try await bytes(of: file, limit: limit)
    }

    /// Asking again is of no use.
    public var patience: [Duration] { [] }
}

/// How much is asked of a source at once, and how much it may answer.
public enum LogLimits {
    /// A signed note, as large as one may be.
    public static let checkpointBytes = SignedNote.maximumByteCount

    /// A full tile: 256 hashes.
    public static let tileBytes = TileID.width * Hash.byteCount

    /// A full bundle: 256 entries of 65,535 bytes, each after its length (C2SP tlog-tiles).
    public static let bundleBytes = TileID.width * (2 + Int(UInt16.max))

    /// The manifests of a full bundle, each as large as one may be.
    ///
    /// It is the most that one answer may take in memory: a third of what an audit may use.
    public static let manifestsBytes = TileID.width * manifestItemBytes

    /// A manifest of 256 KiB after a head of at most 5 bytes.
    static let manifestItemBytes = manifestBytes + 5

    /// A manifest: 256 KiB, as large as a policy may allow.
    public static let manifestBytes = 256 * 1024

    /// The file of all control statements: some 20,000 of the usual length.
    public static let controlBytes = 64 << 20

    /// An index head with its receipts, as large as a record may be.
    public static let indexHeadBytes = 4 << 20

    /// Files that are wrong and are waited for, in one tree; the others are wrong at once.
    ///
    /// A log of which so many are wrong is not late, and its reader is not kept busy with it.
    public static let patientFiles = 16

    /// Tiles that are asked for at once: those of all levels of any tree, and no web server
    /// takes so many for an attack.
    public static let tilesAtOnce = 8

    /// Bundles that are asked for before the first of them is used up: enough to hide the way
    /// there and back.
    ///
    /// With the largest entries they are 64 MiB.
    public static let bundlesAhead = 4

    /// Bundles that are read at once to compute a tile that is wrong.
    ///
    /// Two such tiles may be computed at one time, beside a walk: of the largest bundles that is
    /// 64 MiB.
    public static let bundlesMended = 2

    /// Bundles that a walk reads before the first of them is used up.
    ///
    /// Enough for two files each over the eight connections that a client keeps to one service.
    public static let walkBundles = 16

    /// Bytes of bundles that a walk holds at any moment, beside one bundle that is larger than
    /// those before it.
    ///
    /// A sixth of what an audit may use in all.
    public static let walkBytes = 32 << 20

    /// Bytes that a bundle may have to be read ahead, at the beginning of a walk: 2 KiB for each
    /// entry.
    public static let walkBundleBytes = 512 << 10
}

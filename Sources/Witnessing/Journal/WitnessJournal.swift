internal import Checkpoints
internal import Encoding
internal import Files
internal import Merkle

/// The file in which a witness keeps what it has cosigned: frames of records, each synced before
/// anybody hears of it.
///
/// The last record about a log is what counts. Trusted: that the file is what we wrote. Whoever can
/// put an older copy in its place makes the witness cosign a second history.
struct WitnessJournal {
    /// The file's name in the witness's folder.
    static let name = "journal"

    /// Most bytes of a journal that is read: every log that there may be, with old records.
    static let maximumByteCount = 1024 * 1024 * 1024

    private let folder: Folder
    private let witness: VerifierKey
    private var file: AppendFile?
    private var chain = Hash.zero

    /// Bytes of the file.
    private(set) var byteCount = 0

    /// Bytes of the file when it was written anew.
    private var newestByteCount = 0

    /// Asked before each sync whether it shall fail; only tests have one.
    private let fault: JournalFaultHook?

    /// Begins with nothing that is known of the file.
    init(of witness: VerifierKey, in folder: Folder, fault: JournalFaultHook?) {
        self.folder = folder
        self.witness = witness
        self.fault = fault
    }

    /// The file, for words.
    var path: String { folder.path(of: Self.name) }

    /// Bytes that were written since the file was written anew: most of them are old.
    var oldByteCount: Int { byteCount - newestByteCount }

    /// Reads the file, or nil where there is none.
    ///
    /// Nothing is appended before ``rewrite(_:)``: what was read may be in the system's memory
    /// alone.
    func read() throws(WitnessStateError) -> [Text: WitnessedHead]? {
        let bytes: [UInt8]
        do throws(FileError) {
            guard let found = try folder.read(Self.name, limit: Self.maximumByteCount) else {
                return nil
            }
            bytes = found
        } catch {
            throw .file(error)
        }
        var heads: [Text: WitnessedHead] = [:]
        var chain = Hash.zero
        var offset = 0
        while offset < bytes.count {
            let isFirst = offset == 0
            let finding = JournalFrame.read(bytes, at: offset, after: &chain)
            // The first frame was there before the file had its name.
            if finding == .torn, !isFirst { break }
            guard case .frame(let content, let end) = finding,
                let records = JournalRecord.list(bytes[content]),
                try take(records, isFirst, into: &heads)
            else { throw .damaged(path: path, offset: offset) }
            offset = end
        }
        guard offset > 0 else { throw .damaged(path: path, offset: 0) }
        return heads
    }

    /// Takes the records of a frame; false where they are not what a witness writes.
    private func take(
        _ records: [JournalRecord], _ isFirst: Bool, into heads: inout [Text: WitnessedHead]
    ) throws(WitnessStateError) -> Bool {
        for (index, record) in records.enumerated() {
            switch record {
            case .witness(let key):
                guard isFirst, index == 0 else { return false }
                guard key == witness else {
                    throw .otherWitness(path: path, found: "\(key)", wanted: "\(witness)")
                }
            case .head(let head):
                guard !isFirst || index > 0 else { return false }
                let origin = head.signed.claim.origin
                guard head.follows(heads[origin]) else { return false }
                heads[origin] = head
            }
        }
        return true
    }

    /// Writes a new file with these heads alone in the place of the one that is there.
    mutating func rewrite(_ heads: [Text: WitnessedHead]) throws(WitnessStateError) {
        file = nil
        var chain = Hash.zero
        var bytes: [UInt8] = []
        var content = JournalRecord.witness(witness).encoded
        for head in heads.values {
            let record = JournalRecord.head(head).encoded
            if content.count + record.count > JournalFrame.maximumContentByteCount {
                bytes += JournalFrame.encode(content, after: &chain)
                content = []
            }
            content += record
        }
        bytes += JournalFrame.encode(content, after: &chain)
        do throws(FileError) {
            try fault?(path)
            try folder.write(bytes, to: Self.name, .replacing(.secret))
            file = try AppendFile(Self.name, in: folder)
        } catch {
            throw .file(error)
        }
        self.chain = chain
        byteCount = bytes.count
        newestByteCount = bytes.count
    }

    /// Adds heads in one frame, and returns when it is on the disk.
    ///
    /// After a failure the file must be read, and written anew.
    mutating func append(_ records: [[UInt8]]) throws(WitnessStateError) {
        guard let file else { preconditionFailure("a journal is written before it grows") }
        let bytes = JournalFrame.encode(Array(records.joined()), after: &chain)
        do throws(FileError) {
            try file.append(bytes, at: byteCount)
            try fault?(path)
        } catch {
            self.file = nil
            throw .file(error)
        }
        byteCount += bytes.count
    }
}

extension WitnessedHead {
    /// Whether a witness can have cosigned this after `head`.
    func follows(_ head: WitnessedHead?) -> Bool {
        guard time > 0 else { return false }
        guard let head else { return true }
        guard size != head.size || signed.claim.root == head.signed.claim.root else { return false }
        return size >= head.size && time >= head.time
    }
}

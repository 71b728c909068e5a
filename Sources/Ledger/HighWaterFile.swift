import Checkpoints
import Encoding
import Foundation
import Merkle

/// The highest head that was ever signed here, kept outside the store (reliability.md).
///
///     two slots of 512 bytes, written in turn:
///     checkpoint text (C2SP tlog-checkpoint), SHA-256 of it in hex, LF, spaces
///
/// It is synced before a head is published, so a store that is older than this file is an old
/// copy and must not sign. A crash while a slot is written leaves the other one, which is one
/// head older: the store then is ahead, which is what a crash between the two leaves anyway.
/// Trusted: whoever can change this file and the store together can make the ledger fork.
final class HighWaterFile {
    private static let slotByteCount = 512

    private let path: String
    private let handle: FileHandle
    private let faultHook: WriteFaultHook?
    private(set) var newest: Checkpoint
    private var nextSlot: Int

    /// Makes the file for a ledger that has signed nothing yet.
    static func create(at path: String, origin: Origin) throws(LedgerError) {
        do {
            let empty = try Checkpoint(origin: origin.text, size: 0, root: .emptyTree)
            let slot = slot(for: empty)
            try Data(slot + slot).write(to: URL(filePath: path), options: .withoutOverwriting)
            let handle = try FileHandle(forUpdating: URL(filePath: path))
            try handle.synchronize()
            try handle.close()
        } catch {
            throw .file(path: path, reason: "cannot be written: \(error.localizedDescription)")
        }
    }

    /// Opens the file and reads the newer of its two slots.
    init(
        path: String, origin: Origin, faultHook: WriteFaultHook? = nil
    ) throws(LedgerError) {
        self.path = path
        self.faultHook = faultHook
        let bytes: [UInt8]
        do {
            handle = try FileHandle(forUpdating: URL(filePath: path))
            bytes = Array(try handle.read(upToCount: 2 * Self.slotByteCount) ?? Data())
        } catch {
            throw .file(
                path: path,
                reason: "the high-water file cannot be opened: \(error.localizedDescription)")
        }
        let slots = [bytes.prefix(Self.slotByteCount), bytes.dropFirst(Self.slotByteCount)]
            .map { Self.checkpoint(in: Array($0)) }
        let readable = slots.compactMap { $0 }
        guard let newest = readable.max(by: { $0.size < $1.size }) else {
            throw .file(path: path, reason: "the high-water file is damaged in both its slots")
        }
        guard newest.origin == origin.text else {
            throw .file(path: path, reason: "is the high-water file of \(newest.origin)")
        }
        self.newest = newest
        nextSlot = slots[0] == newest ? 1 : 0
    }

    /// Writes `head` and syncs; only then may its note be shown to anyone.
    func raise(to head: Checkpoint) throws(LedgerError) {
        guard head != newest else { return }
        let fault = faultHook?(.highWater)
        do {
            if fault != .lost {
                try handle.seek(toOffset: UInt64(nextSlot * Self.slotByteCount))
                try handle.write(contentsOf: Data(Self.slot(for: head)))
                // The file never grows, so there is nothing but its data to sync.
                guard fdatasync(handle.fileDescriptor) == 0 else {
                    throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
                }
            }
            if fault != nil { throw CocoaError(.fileWriteUnknown) }
        } catch {
            throw .file(
                path: path,
                reason: "the high-water file cannot be written: \(error.localizedDescription)")
        }
        newest = head
        nextSlot = 1 - nextSlot
    }

    private static func slot(for head: Checkpoint) -> [UInt8] {
        var bytes = head.text
        bytes += Array("\(Hash.sha256(head.text))\n".utf8)
        bytes += Array(repeating: UInt8(ascii: " "), count: slotByteCount - bytes.count)
        return bytes
    }

    static func checkpoint(in slot: [UInt8]) -> Checkpoint? {
        guard let end = slot.lastIndex(of: UInt8(ascii: "\n")), end >= 64 else { return nil }
        let text = Array(slot[..<(end - 64)])
        guard Array("\(Hash.sha256(text))".utf8) == Array(slot[(end - 64)..<end]) else {
            return nil
        }
        return try? Checkpoint(parsing: text)
    }
}

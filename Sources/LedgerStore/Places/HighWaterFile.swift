package import Checkpoints
import Encoding
package import Files
import Merkle

/// The highest head that was ever signed here, kept outside the store (reliability.md).
///
///     two slots of 512 bytes, written in turn:
///     checkpoint text (C2SP tlog-checkpoint), SHA-256 of it in hex, LF, spaces
///
/// It is synced before a head is published, so a store that is older than this file is an old copy
/// and must not sign. A crash while a slot is written leaves the other one, which is one head
/// older: the store then is ahead, as after a crash between the two.
///
/// Trusted: an attacker who can change this file and the store together can fork the log.
package final class HighWaterFile {
    private static let slotByteCount = 512

    private let path: String
    private let file: SlotFile
    private let faultHook: WriteFaultHook?
    package private(set) var newest: Checkpoint
    private var nextSlot: Int

    /// Makes the file for a ledger that has signed nothing yet, or nothing newer than `head`.
    ///
    /// It is there at once and whole: none remembers less than it should.
    package static func create(
        at path: String, origin: Origin, remembering head: Checkpoint? = nil
    ) throws(LedgerError) {
        do {
            let empty = try Checkpoint(origin: origin.text, size: 0, root: .emptyTree)
            let slot = slot(for: head ?? empty)
            let place = try Place(path)
            try place.folder.write(slot + slot, to: place.name, .new(.secret))
        } catch let error as FileError {
            throw LedgerError(error)
        } catch {
            throw .badRequest("\(path): cannot be written: \(error)")
        }
    }

    /// Opens the file and reads the newer of its two slots.
    package init(
        path: String, origin: Origin, faultHook: WriteFaultHook? = nil
    ) throws(LedgerError) {
        self.path = path
        self.faultHook = faultHook
        let slots: [Checkpoint?]
        do throws(FileError) {
            let place = try Place(path)
            file = try SlotFile(place.name, in: place.folder)
            slots = try Self.slots(of: place)
        } catch {
            throw LedgerError(
                FileError(path, error.reason),
                saying: "the high-water file cannot be opened: \(error.reasonToAct)")
        }
        guard let newest = Self.newest(slots) else {
            throw .damaged(path: path, reason: "the high-water file is damaged in both its slots")
        }
        guard newest.origin == origin.text else {
            throw .unfit(path: path, reason: "is the high-water file of \(newest.origin)")
        }
        self.newest = newest
        nextSlot = slots[0] == newest ? 1 : 0
    }

    /// Reads the slots of the file at `place`, each nil where it is damaged; throws where there is
    /// no such file.
    package static func slots(of place: Place) throws(FileError) -> [Checkpoint?] {
        let bytes = try place.folder.file(place.name).bytes(limit: 2 * slotByteCount)
        return [bytes.prefix(slotByteCount), bytes.dropFirst(slotByteCount)]
            .map { checkpoint(in: Array($0)) }
    }

    /// The head in the newer slot; nil where both are damaged.
    package static func newest(_ slots: [Checkpoint?]) -> Checkpoint? {
        slots.compactMap { $0 }.max { $0.size < $1.size }
    }

    /// Writes `head` and syncs; only then may its note be shown to anyone.
    package func raise(to head: Checkpoint) throws(LedgerError) {
        guard head != newest else { return }
        let fault = faultHook?(.highWater)
        do throws(FileError) {
            if fault != .lost {
                try file.write(Self.slot(for: head), at: nextSlot * Self.slotByteCount)
            }
        } catch {
            throw LedgerError(
                FileError(path, error.reason),
                saying: "the high-water file cannot be written: \(error.words)")
        }
        guard fault == nil else {
            throw .tryAgain("\(path): the high-water file cannot be written: a test's fault")
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

    private static func checkpoint(in slot: [UInt8]) -> Checkpoint? {
        guard let end = slot.lastIndex(of: UInt8(ascii: "\n")), end >= 64 else { return nil }
        let text = Array(slot[..<(end - 64)])
        guard Array("\(Hash.sha256(text))".utf8) == Array(slot[(end - 64)..<end]) else {
            return nil
        }
        return try? Checkpoint(parsing: text)
    }
}

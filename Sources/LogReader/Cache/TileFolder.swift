import Files
import Merkle

/// Full tiles on disk, in a folder that never grows beyond a number of files.
///
///     NNNNN       256 hashes, of whichever tile came last to this slot
///
/// A tile has one slot, and a newer tile takes it from an older. No file says which tile it holds:
/// what is read back must have the node that is asked for, or it is none. A crash leaves a slot
/// with the older tile or the newer, and perhaps a `.colophon-….tmp`.
public struct TileFolder: Sendable {
    /// Slots, of 8 KiB each: 512 MiB, the tiles of 16 million entries.
    public static let slotCount = 65_536

    private let folder: Folder
    private let slotCount: UInt64

    /// Opens the folder at `path`, made where it is missing, for nobody else.
    public init(path: String, slotCount: Int = TileFolder.slotCount) throws(LogError) {
        do throws(FileError) {
            folder = try Folder(making: path, .secret)
        } catch {
            throw LogError(error, nil)
        }
        self.slotCount = UInt64(max(1, slotCount))
    }

    /// Returns the tile whose node is `root`, where its slot has it.
    func tile(_ id: TileID, under root: Hash) throws(LogError) -> [Hash]? {
        guard let bytes = try read(slot(of: id)), bytes.count == LogLimits.tileBytes,
            let hashes = Hash.list(bytes.span), node(over: hashes) == root
        else { return nil }
        return hashes
    }

    /// Puts a tile into its slot.
    ///
    /// The name is not waited for: a slot that a power loss empties is filled again.
    func keep(_ hashes: [Hash], _ id: TileID) throws(LogError) {
        do throws(FileError) {
            try folder.writeUnsettled(
                hashes.flatMap(\.bytes), to: slot(of: id), .replacing(.secret))
        } catch {
            throw LogError(error, nil)
        }
    }

    /// Tiles of one level that are neighbours have slots that are neighbours; levels begin far
    /// from each other.
    private func slot(of id: TileID) -> String {
        let start = UInt64(id.level) &* 0x9E37_79B9_7F4A_7C15
        return String((id.index &+ start) % slotCount)
    }

    private func read(_ name: String) throws(LogError) -> [UInt8]? {
        do throws(FileError) {
            return try folder.read(name, limit: LogLimits.tileBytes)
        } catch {
            // No tile of ours is as large: the next one takes the slot.
            if case .tooLarge = error.reason { return nil }
            throw LogError(error, nil)
        }
    }
}

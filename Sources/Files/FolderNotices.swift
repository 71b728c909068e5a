/// What happens in folders, told by the system as it happens: inotify(7), which Linux has.
///
/// A notice is a hint that something is worth a look. What happens on another machine that shares
/// the folder is not told, and neither is what a queue that was full has lost: whoever must not
/// miss anything looks at the folders from time to time.
public final class FolderNotices: Sendable {
    /// A folder that is watched.
    public struct Watch: Hashable, Sendable {
        let number: Int32
    }

    /// What happened.
    public enum Event: Hashable, Sendable {
        /// The name is new; nobody may have written to the file yet, and nobody may ever do so.
        case created(String)

        /// The file was written to, and whoever did so still has it open.
        case written(String)

        /// The file was closed by somebody who could write to it, or was moved here.
        case completed(String)

        /// The name is gone.
        case removed(String)

        /// A folder came, went, or was moved.
        case foldersChanged

        /// The folder itself is gone, or has another name.
        case ended
    }

    /// One notice.
    public enum Notice: Hashable, Sendable {
        /// Something happened in a folder.
        case event(Watch, Event)

        /// The queue was full: nobody knows what happened.
        case overflow
    }

    /// Bytes that are read at once: some thousand notices.
    private static let bufferBytes = 256 << 10

    /// Notices of one call of `read`, about; the rest comes with the next one.
    ///
    /// The kernel's own queue has 16,384 where nobody has changed that.
    private static let noticeLimit = 65_536

    private let queue: Descriptor

    /// Opens a queue; an error where the system has none, or has given out too many.
    public init() throws(FileError) {
        queue = try naming("inotify") { () throws(SystemError) in
            Descriptor(try System.openNotices())
        }
    }

    /// Asks for notices about the names in a folder; the same folder again has the same watch.
    ///
    /// Those below it are not told of.
    public func watch(_ folder: Folder) throws(FileError) -> Watch {
        let number = try naming(folder.path) { () throws(SystemError) in
            try System.watch(folder.number, by: queue.number)
        }
        return Watch(number: number)
    }

    /// Returns what has happened since the last call, in its order; waits for nothing.
    public func read() throws(FileError) -> [Notice] {
        var notices: [Notice] = []
        var buffer = [UInt8](repeating: 0, count: Self.bufferBytes)
        while notices.count < Self.noticeLimit {
            let count: Int
            do throws(SystemError) {
                count = try System.read(queue.number, into: &buffer)
            } catch {
                guard error.isNotYet else { throw FileError("inotify", error) }
                break
            }
            guard count > 0 else { break }
            notices += RawNotice.all(in: buffer[..<count]).compactMap(\.notice)
        }
        return notices
    }
}

/// A notice as the kernel writes it: watch, mask, cookie, length of the name (4 bytes each, in the
/// order of the machine), then the name with zeros behind it.
struct RawNotice {
    private let watch: Int32
    private let mask: UInt32
    private let name: String

    private static let headBytes = 16

    // The bits of inotify(7), which are the same on every machine.
    private static let modify: UInt32 = 0x2
    private static let closeWrite: UInt32 = 0x8
    private static let movedFrom: UInt32 = 0x40
    private static let movedTo: UInt32 = 0x80
    private static let create: UInt32 = 0x100
    private static let delete: UInt32 = 0x200
    private static let deleteSelf: UInt32 = 0x400
    private static let moveSelf: UInt32 = 0x800
    private static let unmount: UInt32 = 0x2000
    private static let overflow: UInt32 = 0x4000
    private static let isFolder: UInt32 = 0x4000_0000

    /// Reads what one call of the kernel has given: whole notices, never a part of one.
    static func all(in bytes: ArraySlice<UInt8>) -> [RawNotice] {
        var notices: [RawNotice] = []
        var rest = bytes
        while rest.count >= headBytes {
            let words = (0..<4).map { word in
                // The least significant byte is the first one, but on a big-endian machine.
                let bytes = rest.dropFirst(4 * word).prefix(4)
                return UInt32(littleEndian: bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) })
            }
            let length = Int(words[3])
            guard rest.count >= headBytes + length else { break }
            let name = rest.dropFirst(headBytes).prefix(length).prefix { $0 != 0 }
            notices.append(
                RawNotice(
                    watch: Int32(truncatingIfNeeded: words[0]), mask: words[1],
                    name: NativeText.spelled(name)))
            rest = rest.dropFirst(headBytes + length)
        }
        return notices
    }

    /// What it says; nil for what nobody asked about.
    var notice: FolderNotices.Notice? {
        guard mask & Self.overflow == 0 else { return .overflow }
        let watch = FolderNotices.Watch(number: watch)
        if mask & (Self.deleteSelf | Self.moveSelf | Self.unmount) != 0 {
            return .event(watch, .ended)
        }
        guard !name.isEmpty else { return nil }
        if mask & Self.isFolder != 0 { return .event(watch, .foldersChanged) }
        if mask & (Self.closeWrite | Self.movedTo) != 0 { return .event(watch, .completed(name)) }
        if mask & (Self.movedFrom | Self.delete) != 0 { return .event(watch, .removed(name)) }
        if mask & Self.modify != 0 { return .event(watch, .written(name)) }
        return mask & Self.create != 0 ? .event(watch, .created(name)) : nil
    }
}

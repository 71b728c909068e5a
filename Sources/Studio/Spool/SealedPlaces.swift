import Encoding
import Files
import Synchronization

/// Where copies of sealed records stand, as far as this process has read `places`.
///
/// The folder is read once, and then what was sealed since: each time under the spool's lock.
final class SealedPlaces: Sendable {
    /// The names of places, by the paths that they hold: a camera gives the same path again.
    private let names = Mutex<[Text: Set<Text>]>([:])

    /// The number up to which places are known; nil before the first look.
    private let next = Mutex<UInt64?>(nil)

    /// The names of the places that hold this path.
    ///
    /// - Parameter end: the number of the spool's next record.
    func names(
        of path: String, in places: Folder, upTo end: UInt64
    ) throws(FileError) -> Set<Text> {
        let known = next.withLock { $0 }
        if let known {
            try read((known..<max(known, end)).map(SpoolRecord.digits), in: places)
        } else {
            try read(places.names(), in: places)
        }
        next.withLock { $0 = end }
        return names.withLock { $0[Text(path)] ?? [] }
    }

    private func read(_ all: [String], in places: Folder) throws(FileError) {
        for name in all where !Folder.isTemporary(name) {
            let bytes = try places.read(name, limit: Spool.placeByteLimit)
            guard let bytes, !bytes.isEmpty else { continue }
            _ = names.withLock {
                $0[Text(NativeText.spelled(bytes)), default: []].insert(Text(name))
            }
        }
    }
}

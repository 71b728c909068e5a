import Capture
import Files

/// An opened file as the reader of pictures takes it: a few bytes here and there.
final class PictureFile: PictureBytes {
    private let file: InputFile

    /// Why the system did not give out a part; the reader only knows that it did not.
    private var failure: FileError?

    private init(_ file: consuming InputFile) {
        self.file = file
    }

    /// Returns what an ordinary file says of time and place.
    static func picture(in file: consuming InputFile) throws(FileError) -> Picture {
        let source = PictureFile(file)
        let picture = Picture(source)
        if let failure = source.failure { throw failure }
        return picture
    }

    var byteCount: UInt64 { file.status.size }

    func read(at offset: UInt64, count: Int) throws(PictureFault) -> [UInt8] {
        do throws(FileError) {
            return try file.bytes(at: offset, count: count)
        } catch {
            failure = error
            throw .unreadable
        }
    }
}

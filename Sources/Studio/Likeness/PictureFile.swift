import Capture
import Files

/// An opened file that is read more than once: whole, and a few bytes here and there, as the reader
/// of pictures takes it.
///
/// Only an ordinary file can be: the bytes of a pipe are gone once they are read. There is no other
/// way to one than ``with(_:_:)``, so no answer is made of two states of a file.
final class PictureFile: PictureBytes {
    private let file: InputFile

    /// Why the system did not give out a part; the reader only knows that it did not.
    private var failure: FileError?

    private init(_ file: consuming InputFile) {
        self.file = file
    }

    /// Returns what `body` makes of an open file, or refuses a file that was changed meanwhile.
    ///
    /// - Throws: what `body` throws, or ``FileError/Reason/changed``.
    static func with<Value>(
        _ file: consuming InputFile, _ body: (PictureFile) throws(FileError) -> Value
    ) throws(FileError) -> Value {
        let source = PictureFile(file)
        let value = try body(source)
        try source.file.requireUnchanged()
        return value
    }

    /// Hands the file to `body`, once and from its first byte on, in pieces of up to `size` bytes.
    ///
    /// A file whose bytes are not as many as it said when it was opened was changed.
    func forEachChunk(
        size: Int, _ body: (ArraySlice<UInt8>) throws(FileError) -> Void
    ) throws(FileError) {
        var done: UInt64 = 0
        try file.forEachChunk(size: size, failing: { $0 }) { chunk throws(FileError) in
            done += UInt64(chunk.count)
            try body(chunk)
            return true
        }
        guard !isOrdinary || done == byteCount else { throw FileError(file.path, .changed) }
    }

    /// Seconds since 1970 at the last change of the file.
    var modified: Int64 { file.status.modified }

    /// Whether it has places that can be read again.
    var isOrdinary: Bool { file.status.kind == .file }

    /// Returns what `body` makes of the file, or refuses it where the system gave no bytes out.
    ///
    /// `body` throws only what reading throws here.
    func read<Value>(
        _ body: (PictureFile) throws(PictureFault) -> Value
    ) throws(FileError) -> Value {
        failure = nil
        let result = Result { () throws(PictureFault) in try body(self) }
        // Also where it made something of the file without a part that it could not read.
        if let failure { throw failure }
        switch result {
        case .success(let value): return value
        case .failure(let fault):
            preconditionFailure("a part of a file is kept back for a reason: \(fault)")
        }
    }

    /// Hands the open file to a program.
    func lend<Value, Failure: Error>(
        _ body: (Int32) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try file.lend(body)
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

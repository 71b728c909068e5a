import Capture
import Files

/// An opened file as the reader of pictures takes it: a few bytes here and there.
///
/// Only an ordinary file has any: the bytes of a pipe are gone once they are read.
final class PictureFile: PictureBytes {
    private let file: InputFile

    /// Why the system did not give out a part; the reader only knows that it did not.
    private var failure: FileError?

    /// Takes an open file.
    init(_ file: consuming InputFile) {
        self.file = file
    }

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

package import Files

/// Why a file in a hot folder was not signed.
package enum SkipReason: Error, Hashable, Sendable {
    /// It is no ordinary file; what it leads to may be anybody's.
    case kind(FileKind)

    /// There is nothing in it. It is looked at again when it grows.
    case empty

    /// It has more bytes than a hot folder takes.
    case tooLarge(limit: UInt64)

    /// Its name is not UTF-8, and a record holds the name. Rename it.
    case nameIsNoText

    /// It is a spool, or lies in one. Nothing in there is a work.
    case spool

    /// It lies in more folders in each other than are looked into. Move it up.
    case tooDeep(limit: Int)

    /// These bytes were signed by this spool, with this number.
    case signed(number: UInt64)

    /// The record beside it is about other bytes. Move one of both away.
    case changedSinceRecord

    /// What lies beside it under the name of a record is none. Move it away.
    case noRecordBeside(RecordFileError)

    /// It is the copy of an edition by the template, and its name tells no number of one.
    case noSerial(pattern: String, total: Int64)

    /// The copy with this number has a record already.
    case sameCopy(serial: Int64)

    /// No record can be made of it.
    case notSigned(SignerError)

    /// The system does not give it out. It is looked at again.
    case unreadable(FileError)

    /// Whether the same file may be signed later, without being changed.
    package var passes: Bool {
        if case .unreadable = self { true } else { false }
    }
}

extension SkipReason: CustomStringConvertible {
    /// The reason, as the second half of a sentence that begins with the path.
    package var description: String {
        switch self {
        case .kind(let kind): "is \(kind.words), not an ordinary file"
        case .empty: "is empty"
        case .tooLarge(let limit): "is larger than \(limit >> 30) GiB"
        case .nameIsNoText: "has a name that is not UTF-8, which no record can hold"
        case .spool: "is a spool, whose files are its own"
        case .tooDeep(let limit): "lies in more than \(limit) folders in each other"
        case .signed(let number): "was signed already, as number \(number)"
        case .changedSinceRecord: "is not the file that the record beside it is about"
        case .noRecordBeside(let error): "has no usable record beside it: \(error)"
        case .noSerial(let pattern, let total):
            "is no copy by the template: its name is not \(pattern) with a number up to \(total)"
        case .sameCopy(let serial): "is another file for copy \(serial), which has a record"
        case .notSigned(let error): "\(error)"
        case .unreadable(let error): error.words
        }
    }
}

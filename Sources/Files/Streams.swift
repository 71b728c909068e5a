import Synchronization

/// The streams that every program has when it starts.
public enum Streams: Int32, Sendable {
    /// Standard input.
    case input = 0

    /// Standard output: data.
    case output = 1

    /// Standard error: words.
    case error = 2

    /// Makes sure, when a program starts, that no file it opens takes the place of a stream that
    /// was closed: messages would be written into it.
    ///
    /// A reader that goes away ends no program either: see ``deliver(_:)``.
    public static func holdPlaces() {
        for number in 0...2 as ClosedRange<Int32> { System.occupy(number) }
        System.ignoreBrokenPipes()
    }

    /// Whether a person looks at it.
    public var isTerminal: Bool { System.isTerminal(rawValue) }

    /// Writes all of `bytes`.
    public func write(_ bytes: [UInt8]) throws(FileError) {
        try naming("standard \(self)") { () throws(SystemError) in
            try System.write(rawValue, bytes)
        }
    }

    /// Why data did not reach its reader, the first time that it did not.
    private static let fault = Mutex<FileError?>(nil)

    /// Writes data, and keeps why that failed until ``loss`` is asked for.
    ///
    /// After a failure nothing more is written: data that ends is better than data with a hole.
    public static func deliver(_ bytes: [UInt8]) {
        fault.withLock { fault in
            guard fault == nil else { return }
            do throws(FileError) {
                try Self.output.write(bytes)
            } catch {
                fault = error
            }
        }
    }

    /// Whether some data did not reach its reader, and nothing more is written.
    public static var hasFailed: Bool { fault.withLock { $0 != nil } }

    /// Why some data that was delivered is lost; nil where none is.
    ///
    /// A reader that went away (`colophon ... | head`) has what it wanted. Some file systems say
    /// only at a close that there was no room, so a copy of the stream is closed here. What is just
    /// being written, to a reader that takes nothing, is not waited for: whoever left it knows.
    public static var loss: FileError? {
        let loss = fault.withLockIfAvailable { fault -> FileError? in
            if fault == nil {
                do throws(FileError) {
                    try naming("standard output") { () throws(SystemError) in
                        try System.closeCopy(of: Self.output.rawValue)
                    }
                } catch {
                    fault = error
                }
            }
            return fault?.isReaderGone == true ? nil : fault
        }
        return loss ?? nil
    }
}

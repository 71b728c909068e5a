/// A file opened to be read once, and known to be an ordinary one; or a pipe that was handed over.
public struct InputFile: ~Copyable, Sendable {
    /// The name of standard input, where a command takes it.
    public static let standardInput = "-"

    /// How the file was named.
    public let path: String

    /// What the system knew of it when it was opened.
    public let status: FileStatus

    private let descriptor: Descriptor
    private var isPipe: Bool { status.kind != .file }

    private let pipes: PipeTime

    /// Opens the file that a person named.
    ///
    /// A folder, a device, or a pipe in a folder is refused; `-`, `/dev/stdin` and `/dev/fd/N` may
    /// be pipes, which are read with a time limit.
    public init(_ path: String, pipes: PipeTime = .usual) throws(FileError) {
        let handedOver = Self.handedOver(path)
        let descriptor = try naming(path) { () throws(SystemError) in
            Descriptor(
                path == Self.standardInput
                    ? try System.duplicate(0) : try Self.open(path, handedOver))
        }
        try self.init(descriptor, path: path, mayBePipe: handedOver != nil, pipes: pipes)
    }

    init(
        _ descriptor: consuming Descriptor, path: String, mayBePipe: Bool = false,
        pipes: PipeTime = .usual
    ) throws(FileError) {
        let number = descriptor.number
        let status = try naming(path) { () throws(SystemError) in try System.status(of: number) }
        switch status.kind {
        case .file: break
        case .pipe where mayBePipe, .socket where mayBePipe, .device where mayBePipe: break
        default: throw FileError(path, .isKind(status.kind, wanted: .file))
        }
        self.path = path
        self.status = status
        self.descriptor = descriptor
        self.pipes = pipes
    }

    /// Opens a path; an inherited descriptor that cannot be opened again, such as a socket, is
    /// taken as it is.
    private static func open(_ path: String, _ handedOver: Int32?) throws(SystemError) -> Int32 {
        do throws(SystemError) {
            return try System.openFile(path, in: nil, following: true)
        } catch {
            guard let handedOver, let copy = try? System.duplicate(handedOver) else { throw error }
            return copy
        }
    }

    /// Which of the files that the process which started us handed over has this path; nil where
    /// it is the path of none.
    private static func handedOver(_ path: String) -> Int32? {
        guard path != standardInput, path != "/dev/stdin" else { return 0 }
        // The same by its longer name, by which some shells call it.
        for prefix in ["/dev/fd/", "/proc/self/fd/"] where path.utf8.starts(with: prefix.utf8) {
            let digits = path.utf8.dropFirst(prefix.utf8.count)
            guard digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
            else { return nil }
            return Int32(String(decoding: digits, as: UTF8.self))
        }
        return nil
    }

    /// Whether somebody has the file open to write just now; nil where the system does not say, as
    /// on a share of another machine.
    public borrowing func hasWriter() -> Bool? { System.hasWriter(descriptor.number) }

    /// Refuses a file that another user owns, or that its group or others may change, or read
    /// where it `isSecret`.
    ///
    /// A pipe has no owner that says anything.
    public borrowing func requireOwn(isSecret: Bool) throws(FileError) {
        guard !isPipe else { return }
        try Ownership.requireOwn(status, path: path, isSecret: isSecret)
    }

    /// Refuses a file that somebody has changed since it was opened, as far as its status tells:
    /// what was read of it may be of a file that never was.
    ///
    /// Nothing of a pipe can be read twice, so there is nothing to compare.
    public borrowing func requireUnchanged() throws(FileError) {
        guard !isPipe else { return }
        let number = descriptor.number
        let now = try naming(path) { () throws(SystemError) in try System.status(of: number) }
        guard status.isUnchanged(now) else { throw FileError(path, .changed) }
    }

    /// Reads the whole file, which must not be larger than `limit` bytes.
    public func bytes(limit: Int) throws(FileError) -> [UInt8] {
        guard isPipe || status.size <= UInt64(limit) else { throw tooLarge(limit) }
        var all: [UInt8] = []
        if !isPipe { all.reserveCapacity(Int(status.size)) }
        var buffer = [UInt8](repeating: 0, count: min(limit + 1, 256 << 10))
        var source = Source(file: self)
        while true {
            let count = try source.read(into: &buffer)
            guard count > 0 else { return all }
            all += buffer[..<count]
            // A file may grow while it is read, and a pipe has no size.
            guard all.count <= limit else { throw tooLarge(limit) }
        }
    }

    /// Hands the file to `body` in pieces of up to `size` bytes, until it returns false.
    ///
    /// - Parameter failing: turns what the system refused into the caller's own error.
    public func forEachChunk<Failure: Error>(
        size: Int, failing: (FileError) -> Failure,
        _ body: (ArraySlice<UInt8>) throws(Failure) -> Bool
    ) throws(Failure) {
        System.willReadSequentially(descriptor.number)
        var buffer = [UInt8](repeating: 0, count: size)
        var source = Source(file: self)
        while true {
            let count: Int
            do throws(FileError) {
                count = try source.read(into: &buffer)
            } catch {
                throw failing(error)
            }
            guard count > 0, try body(buffer[..<count]) else { return }
        }
    }

    /// Reads up to `count` bytes from `offset` on, wherever the file has been read to; fewer at its
    /// end.
    ///
    /// Only for an ordinary file: a pipe has no places.
    public borrowing func bytes(at offset: UInt64, count: Int) throws(FileError) -> [UInt8] {
        var all: [UInt8] = []
        let number = descriptor.number
        while all.count < count {
            var piece = [UInt8](repeating: 0, count: count - all.count)
            let place = offset + UInt64(all.count)
            let read = try naming(path) { () throws(SystemError) in
                try System.read(number, into: &piece, at: place)
            }
            guard read > 0 else { break }
            all += piece[..<read]
        }
        return all
    }

    /// Hands the number of the open file to `body`, for a program that is given the file.
    ///
    /// Whoever reads by it without naming a place moves the place at which this value reads on.
    public borrowing func lend<Result, Failure: Error>(
        _ body: (Int32) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(descriptor.number)
    }

    private borrowing func tooLarge(_ limit: Int) -> FileError {
        FileError(path, .tooLarge(limit: limit))
    }

    /// Reads on, and gives up on a pipe that says nothing.
    private struct Source {
        private let number: Int32
        private let path: String
        private let isPipe: Bool
        private let pipes: PipeTime
        private let begun = ContinuousClock.now

        init(file: borrowing InputFile) {
            number = file.descriptor.number
            path = file.path
            isPipe = file.isPipe
            pipes = file.pipes
        }

        mutating func read(into buffer: inout [UInt8]) throws(FileError) -> Int {
            while true {
                if isPipe { try waitForInput() }
                do throws(SystemError) {
                    return try System.read(number, into: &buffer)
                } catch {
                    // Another reader of the same pipe was faster.
                    guard isPipe, error.isNotYet else { throw FileError(path, error) }
                }
            }
        }

        private func waitForInput() throws(FileError) {
            let left = pipes.whole - begun.duration(to: .now)
            guard left > .zero else { throw FileError(path, .slow(seconds: pipes.whole.seconds)) }
            let isReady = try naming(path) { () throws(SystemError) in
                try System.waitForInput(
                    number, milliseconds: min(pipes.silence, left).milliseconds)
            }
            guard isReady else {
                throw FileError(
                    path,
                    left < pipes.silence
                        ? .slow(seconds: pipes.whole.seconds)
                        : .silent(seconds: pipes.silence.seconds))
            }
        }
    }
}

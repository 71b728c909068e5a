/// A file somebody named, opened for reading and known to be an ordinary one.
struct InputFile: ~Copyable {
    let path: String
    let status: FileStatus
    private let descriptor: Descriptor

    /// Opens `path`; a folder, a pipe or a device is refused in words.
    init(_ path: String) throws(Failure) {
        let descriptor = try Self.open(path)
        let status = try Self.status(of: descriptor, path)
        switch status.kind {
        case .file: break
        case .folder: throw Failure.unreadable(path, "is a folder", hint: "name the files in it")
        case .other:
            throw Failure.unreadable(
                path, "is not an ordinary file", hint: "copy what it holds into one")
        }
        self.path = path
        self.status = status
        self.descriptor = descriptor
    }

    private static func open(_ path: String) throws(Failure) -> Descriptor {
        do throws(SystemError) {
            return try Descriptor(path, .read)
        } catch {
            throw Failure.unreadable(path, error.reason)
        }
    }

    private static func status(
        of descriptor: borrowing Descriptor, _ path: String
    ) throws(Failure) -> FileStatus {
        do throws(SystemError) {
            return try descriptor.status()
        } catch {
            throw Failure.unreadable(path, error.reason)
        }
    }

    /// Reads the whole file, which must not be larger than `limit` bytes.
    func bytes(limit: Int) throws(Failure) -> [UInt8] {
        guard status.size <= UInt64(limit) else { throw tooLarge(limit) }
        var all: [UInt8] = []
        all.reserveCapacity(Int(status.size))
        try forEachChunk(size: min(limit + 1, 256 << 10)) { chunk throws(Failure) in
            all += chunk
            // A file may grow while it is read.
            guard all.count <= limit else { throw tooLarge(limit) }
            return true
        }
        return all
    }

    /// Hands the file to `body` in pieces of up to `size` bytes, until it returns false.
    func forEachChunk(
        size: Int, _ body: (ArraySlice<UInt8>) throws(Failure) -> Bool
    ) throws(Failure) {
        descriptor.willReadSequentially()
        var buffer = [UInt8](repeating: 0, count: size)
        while true {
            let count: Int
            do throws(SystemError) {
                count = try descriptor.read(into: &buffer)
            } catch {
                throw Failure.unreadable(path, error.reason)
            }
            guard count > 0, try body(buffer[..<count]) else { return }
        }
    }

    private borrowing func tooLarge(_ limit: Int) -> Failure {
        .unreadable(path, "is larger than \(FileLimit.text(limit))")
    }
}

/// The largest files that are read as a whole.
enum FileLimit {
    /// A `.colophon` file (`formats.md` §3).
    static let colophon = 4 << 20

    /// A manifest, 256 KiB; twice that is read so that the refusal names the rule broken.
    static let manifest = 512 << 10

    /// A predicate is part of a manifest.
    static let predicate = 512 << 10

    /// A key in PEM is some hundred bytes; ML-DSA keys are some thousand.
    static let key = 64 << 10

    /// A file of a trust kit: control statements of 24 KiB each, more than a thousand of them.
    static let kit = 64 << 20

    /// A receipt, with its note and its cosignatures.
    static let receipt = 1 << 20

    /// A checkpoint with its cosignatures.
    static let checkpoint = 64 << 10

    /// Authorities: the system's own file of all of them has a quarter of this.
    static let authorities = 1 << 20

    /// A list of files: a hundred thousand paths.
    static let list = 16 << 20

    static func text(_ limit: Int) -> String {
        limit >= 1 << 20 ? "\(limit >> 20) MiB" : "\(limit >> 10) KiB"
    }
}

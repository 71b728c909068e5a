package import Files

/// Files that somebody named, opened for reading and known to be ordinary ones.
extension InputFile {
    /// Opens `path`; a folder, a pipe in a folder, a device is refused in words.
    package static func named(_ path: String) throws(Failure) -> InputFile {
        do throws(FileError) {
            return try InputFile(path)
        } catch {
            throw Failure(reading: error)
        }
    }

    /// Reads the whole file at `path`, which must not be larger than `limit` bytes.
    package static func bytes(of path: String, limit: Int) throws(Failure) -> [UInt8] {
        let file = try named(path)
        return try file.contents(limit: limit)
    }

    /// Reads the whole file, which must not be larger than `limit` bytes.
    package borrowing func contents(limit: Int) throws(Failure) -> [UInt8] {
        do throws(FileError) {
            return try bytes(limit: limit)
        } catch {
            throw Failure(reading: error)
        }
    }
}

extension Failure {
    /// Says why a file that somebody named cannot be read.
    package init(reading error: FileError) {
        let hint: String? =
            switch error.reason {
            case .isKind(.folder, _): "name the files in it"
            case .isKind: "copy what it holds into an ordinary file"
            default: nil
            }
        self = .unreadable(error.path, error.words, hint: hint)
    }

    /// Says why a file cannot be written.
    package init(writing error: FileError) {
        self = .unwritable(error.path, error.words)
    }
}

/// The largest files that are read as a whole.
package enum FileLimit {
    /// A record (record.md).
    package static let colophon = 4 << 20

    /// A manifest, 256 KiB; twice that is read so that the refusal names the rule broken.
    package static let manifest = 512 << 10

    /// A predicate is part of a manifest.
    package static let predicate = 512 << 10

    /// A key in PEM is some hundred bytes; ML-DSA keys are some thousand.
    package static let key = 64 << 10

    /// A file of a trust kit: control statements of 24 KiB each, more than a thousand of them.
    package static let kit = 64 << 20

    /// A receipt, with its note and its cosignatures.
    package static let receipt = 1 << 20

    /// A checkpoint with its cosignatures.
    package static let checkpoint = 64 << 10

    /// Authorities: the system's own file of all of them has a quarter of this.
    package static let authorities = 1 << 20

    /// A list of files: a hundred thousand paths.
    package static let list = 16 << 20
}

public import Encoding
import Foundation

/// Key files on disk.
///
/// The only C calls of this target stand here: Foundation has no way to create a file that
/// nobody else could ever open.
extension KeyFile {
    /// Longest key file that is read, in bytes: an ML-DSA key with its text is a tenth of it.
    private static let sizeLimit = 64 << 10

    /// Reads the one private key in the file at `path`.
    ///
    /// `readableByOthers` is whether the group or others may read the file: a server must refuse
    /// such a key.
    public static func read(
        privateKeyAt path: String
    ) throws(KeyFileError) -> (key: SigningKey, readableByOthers: Bool) {
        let (pem, mode) = try contents(path)
        return (key: try privateKey(pem: pem), readableByOthers: mode & 0o044 != 0)
    }

    /// Reads the one public key in the file at `path`.
    public static func read(publicKeyAt path: String) throws(KeyFileError) -> COSEKey {
        try publicKey(pem: try contents(path).text)
    }

    /// Writes a private key to a new file that only its owner may read, and syncs it.
    ///
    /// A crash in here leaves no file, or a part of one that does not parse: remove it.
    public static func write(_ key: SigningKey, to path: String) throws(KeyFileError) {
        try create(path, mode: 0o600, text: pem(of: key))
    }

    /// Writes a public key to a new file that all may read, and syncs it.
    public static func write(_ key: COSEKey, to path: String) throws(KeyFileError) {
        try create(path, mode: 0o644, text: pem(of: key))
    }

    private static func contents(
        _ path: String
    ) throws(KeyFileError) -> (text: String, mode: mode_t) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable(reason(errno)) }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        // The mode of the file that was opened, not of what the name means by now.
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw .unreadable(reason(errno)) }
        guard status.st_mode & S_IFMT != S_IFDIR else { throw .unreadable(reason(EISDIR)) }
        do {
            let data = try file.read(upToCount: sizeLimit + 1) ?? Data()
            guard data.count <= sizeLimit else { throw KeyFileError.noKey }
            return (String(decoding: data, as: UTF8.self), status.st_mode)
        } catch let error as KeyFileError {
            throw error
        } catch {
            throw .unreadable(error.localizedDescription)
        }
    }

    private static func create(
        _ path: String, mode: mode_t, text: String
    ) throws(KeyFileError) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            let code = errno
            throw code == EEXIST ? .exists : .unwritable(reason(code))
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try file.write(contentsOf: Data(text.utf8))
            try file.synchronize()
            try file.close()
            try synchronizeFolder(of: path)
        } catch {
            // Half a key is worse than none; that it was there is all that is lost.
            try? FileManager.default.removeItem(atPath: path)
            throw error as? KeyFileError ?? .unwritable(error.localizedDescription)
        }
    }

    /// Makes the new name as durable as the content.
    private static func synchronizeFolder(of path: String) throws {
        let folder = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
        let descriptor = unsafe open(folder, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw KeyFileError.unwritable(reason(errno)) }
        try FileHandle(fileDescriptor: descriptor, closeOnDealloc: true).synchronize()
    }

    private static func reason(_ code: Int32) -> String {
        unsafe String(cString: strerror(code))
    }
}

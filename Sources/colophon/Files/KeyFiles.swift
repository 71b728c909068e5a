import Encoding
import Keys

/// Reads keys that somebody named.
enum KeyFiles {
    static func privateKey(_ path: String, _ console: Console) throws(Failure) -> SigningKey {
        let file = try InputFile(path)
        if file.status.mode & 0o077 != 0 {
            console.warn(path, "others can read this private key; chmod 600 keeps it yours")
        }
        let pem = try text(file)
        do throws(KeyFileError) {
            return try KeyFile.privateKey(pem: pem)
        } catch {
            throw Failure.unreadable(path, "\(error)", hint: error.hint(path: path))
        }
    }

    static func publicKey(_ path: String) throws(Failure) -> COSEKey {
        let pem = try text(InputFile(path))
        do throws(KeyFileError) {
            return try KeyFile.publicKey(pem: pem)
        } catch {
            throw Failure.unreadable(path, "\(error)", hint: error.hint(path: path))
        }
    }

    private static func text(_ file: borrowing InputFile) throws(Failure) -> String {
        let bytes = try file.bytes(limit: FileLimit.key)
        guard let text = Text(utf8: bytes) else {
            throw Failure.unreadable(file.path, "is not a PEM file")
        }
        return text.string
    }
}

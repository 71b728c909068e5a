import Encoding
import Files
import Keys
import Studio

/// Reads keys that somebody named.
enum KeyFiles {
    static func privateKey(_ path: String, _ console: Console) throws(Failure) -> SigningKey {
        let file = try InputFile.named(path)
        do throws(FileError) {
            try file.requireOwn(isSecret: true)
        } catch {
            let advice =
                switch error.reason {
                case .openToOthers: "others can use this private key; chmod 600 keeps it yours"
                default: "this private key \(error.words): they can use it, or replace it"
                }
            console.warn(path, advice)
        }
        let pem = try text(file)
        do throws(KeyFileError) {
            return try KeyFile.privateKey(pem: pem)
        } catch {
            throw Failure.unreadable(path, "\(error)", hint: error.hint(path: path))
        }
    }

    static func publicKey(_ path: String) throws(Failure) -> COSEKey {
        let pem = try text(InputFile.named(path))
        do throws(KeyFileError) {
            return try KeyFile.publicKey(pem: pem)
        } catch {
            throw Failure.unreadable(path, "\(error)", hint: error.hint(path: path))
        }
    }

    private static func text(_ file: borrowing InputFile) throws(Failure) -> String {
        let bytes = try file.contents(limit: FileLimit.key)
        guard let text = Text(utf8: bytes) else {
            throw Failure.unreadable(file.path, "is not a PEM file")
        }
        return text.string
    }
}

package import Encoding
package import Files
package import Keys

/// Reads keys from files that somebody named.
package enum NamedKey {
    /// Returns the one private key in the file at `path`.
    ///
    /// - Parameter onDanger: is called where others may read or change the file, before its
    ///   contents are looked at.
    package static func privateKey(
        _ path: String, onDanger: (FileError) -> Void
    ) throws(NamedKeyError) -> SigningKey {
        let pem = try text(path) { file in
            do throws(FileError) {
                try file.requireOwn(isSecret: true)
            } catch {
                onDanger(error)
            }
        }
        do throws(KeyFileError) {
            return try KeyFile.privateKey(pem: pem)
        } catch {
            throw .refused(path, error)
        }
    }

    /// Returns the one public key in the file at `path`.
    package static func publicKey(_ path: String) throws(NamedKeyError) -> COSEKey {
        let pem = try text(path) { _ in }
        do throws(KeyFileError) {
            return try KeyFile.publicKey(pem: pem)
        } catch {
            throw .refused(path, error)
        }
    }

    private static func text(
        _ path: String, _ look: (borrowing InputFile) -> Void
    ) throws(NamedKeyError) -> String {
        let bytes: [UInt8]
        do throws(FileError) {
            let file = try InputFile(path)
            look(file)
            bytes = try file.bytes(limit: FileLimit.key)
        } catch {
            throw .unreadable(error)
        }
        guard !PlainText.isUTF16(bytes) else { throw .notPEM(path) }
        // PEM is ASCII; what stands around it may be in any encoding, and is passed over.
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Why no key was read.
package enum NamedKeyError: Error, Hashable {
    /// The system does not give the file out.
    case unreadable(FileError)

    /// The file is UTF-16 text. Save it as UTF-8.
    case notPEM(String)

    /// The text holds no key that can be used; the error says why.
    case refused(String, KeyFileError)
}

package import Encoding
package import Files
package import Keys

/// Reads keys from files that somebody named.
package enum NamedKey {
    /// Returns the one private key in the file at `path`.
    ///
    /// - Parameters:
    ///   - passphrase: is asked for the passphrase where the key is encrypted.
    ///   - onDanger: is called where others may read or change the file, before its contents are
    ///     looked at.
    ///   - failing: turns what is wrong into the caller's own error.
    package static func privateKey<Failure: Error>(
        _ path: String, passphrase: () throws(Failure) -> [UInt8], onDanger: (FileError) -> Void,
        failing: (NamedKeyError) -> Failure
    ) throws(Failure) -> SigningKey {
        let pem: String
        do throws(NamedKeyError) {
            pem = try text(path) { file in
                do throws(FileError) {
                    try file.requireOwn(isSecret: true)
                } catch {
                    onDanger(error)
                }
            }
            if let key = try privateKey(path, pem, passphrase: nil) { return key }
        } catch {
            throw failing(error)
        }
        // Asked only now: whoever types a passphrase need not be told that there is no such file.
        let passphrase = try passphrase()
        do throws(NamedKeyError) {
            if let key = try privateKey(path, pem, passphrase: passphrase) { return key }
        } catch {
            throw failing(error)
        }
        preconditionFailure("a key with its passphrase does not ask for one")
    }

    /// Returns the key in `pem`; nil where it is encrypted and there is no passphrase.
    private static func privateKey(
        _ path: String, _ pem: String, passphrase: [UInt8]?
    ) throws(NamedKeyError) -> SigningKey? {
        do throws(KeyFileError) {
            return try KeyFile.privateKey(pem: pem, passphrase: passphrase)
        } catch .encrypted where passphrase == nil {
            return nil
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

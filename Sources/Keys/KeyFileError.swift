public import Encoding
public import Files

/// Why a key file was not read or written.
public enum KeyFileError: Error, Hashable {
    /// There is no `-----BEGIN ...-----` block with a key in it. Name another file.
    case noKey

    /// There is more than one key. Put each in a file of its own.
    case severalKeys

    /// The private key is encrypted, and no passphrase was given. Give it, or decrypt the key.
    case encrypted

    /// The private key is encrypted in a way that is not read here. Encrypt it in another.
    case unsupportedEncryption

    /// The passphrase is not the key's, or the file is damaged. Try again.
    case wrongPassphrase

    /// The file asks for more memory or time than its passphrase may take. Encrypt it again.
    case tooCostly

    /// The key could not be encrypted, for want of memory.
    case notEncrypted

    /// A public key stands where a private key is needed. Name the private key's file.
    case publicKey

    /// A private key stands where a public key is needed; never hand out this file.
    case privateKey

    /// The key is of a kind that is not used here; its name is given.
    case unsupported(String)

    /// The block is damaged: a name for the part that could not be read.
    case malformed(String)

    /// The public key beside the private key is not its own. Do not use either.
    case mismatch

    /// The public key must not be used.
    case refused(COSEKeyError)

    /// The file could not be read, for this reason.
    case unreadable(FileError)

    /// There is already a file of that name; it was not touched.
    case exists

    /// The file could not be written, for this reason.
    case unwritable(FileError)
}

extension KeyFileError: CustomStringConvertible {
    /// The reason in words, without the file's name.
    public var description: String {
        switch self {
        case .noKey: "there is no PEM block with a key in it"
        case .severalKeys: "there is more than one key in it"
        case .encrypted: "the private key is encrypted"
        case .unsupportedEncryption: "the private key is encrypted in a way that is not read here"
        case .wrongPassphrase: "the passphrase is wrong, or the key is damaged"
        case .tooCostly:
            "the private key is encrypted with more than 256 MiB of scrypt or 10,000,000 rounds"
        case .notEncrypted: "the key could not be encrypted: there is too little memory"
        case .publicKey: "this is a public key; a private key is needed"
        case .privateKey: "this is a private key; a public key is needed"
        case .unsupported(let kind): "\(kind) is not supported: use Ed25519 or P-256"
        case .malformed(let part): "the key is damaged: \(part) cannot be read"
        case .mismatch: "the public key in it does not belong to the private key"
        case .refused(let error): error.description
        case .unreadable(let error): "cannot be read: \(error.words)"
        case .exists: "exists already, and keys are never overwritten"
        case .unwritable(let error): "cannot be written: \(error.words)"
        }
    }

    /// What the person who named the file at `path` can do; nil where nothing comes to mind.
    public func hint(path: String) -> String? {
        switch self {
        case .encrypted:
            "decrypt it first: openssl pkey -in \(ShellWord.quoted(path)) -out plain.pem"
        case .unsupportedEncryption, .tooCostly:
            "encrypt it anew: openssl pkcs8 -topk8 -v2 aes-256-cbc -scrypt "
                + "-in \(ShellWord.quoted(path)) -out new.pem"
        case .privateKey:
            "write the public part: openssl pkey -in \(ShellWord.quoted(path)) -pubout"
        case .noKey, .unsupported: "make a key: colophon keygen --out key.pem"
        default: nil
        }
    }
}

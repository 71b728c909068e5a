public import Encoding
public import Files

/// Key files on disk.
extension KeyFile {
    /// Longest key file that is read, in bytes: an ML-DSA key with its text is a tenth of it.
    public static let byteLimit = 64 << 10

    /// Reads the one private key in the file that a person named.
    ///
    /// With the key comes what is wrong with who may read or change its file, nil where nothing
    /// is: a server must refuse such a key.
    public static func read(
        privateKeyAt path: String
    ) throws(KeyFileError) -> (key: SigningKey, danger: FileError?) {
        let file = try reading { () throws(FileError) in try InputFile(path) }
        return try read(file)
    }

    /// Reads the one private key in the file `name` of `folder`; a link is refused.
    public static func read(
        privateKey name: String, in folder: Folder
    ) throws(KeyFileError) -> (key: SigningKey, danger: FileError?) {
        let file = try reading { () throws(FileError) in try folder.file(name) }
        return try read(file)
    }

    private static func read(
        _ file: borrowing InputFile
    ) throws(KeyFileError) -> (key: SigningKey, danger: FileError?) {
        let key = try privateKey(pem: try text(file))
        do throws(FileError) {
            try file.requireOwn(isSecret: true)
        } catch {
            return (key, error)
        }
        return (key, nil)
    }

    /// Reads the one public key in the file that a person named.
    public static func read(publicKeyAt path: String) throws(KeyFileError) -> COSEKey {
        let file = try reading { () throws(FileError) in try InputFile(path) }
        return try publicKey(pem: try text(file))
    }

    /// Writes a private key to a new file that only its owner may read, and syncs it.
    public static func write(_ key: SigningKey, to path: String) throws(KeyFileError) {
        try create(path, .secret, pem(of: key))
    }

    /// Writes a private key to the new file `name` of `folder`, for its owner alone, and syncs it.
    public static func write(
        _ key: SigningKey, to name: String, in folder: Folder
    ) throws(KeyFileError) {
        try writing { () throws(FileError) in
            try folder.write(Array(pem(of: key).utf8), to: name, .new(.secret))
        }
    }

    /// Writes a public key to a new file that all may read, and syncs it.
    public static func write(_ key: COSEKey, to path: String) throws(KeyFileError) {
        try create(path, .published, pem(of: key))
    }

    private static func create(
        _ path: String, _ permissions: Permissions, _ text: String
    ) throws(KeyFileError) {
        try writing { () throws(FileError) in
            let place = try Place(path)
            try place.folder.write(Array(text.utf8), to: place.name, .new(permissions))
        }
    }

    private static func text(_ file: borrowing InputFile) throws(KeyFileError) -> String {
        do throws(FileError) {
            return String(decoding: try file.bytes(limit: byteLimit), as: UTF8.self)
        } catch {
            if case .tooLarge = error.reason { throw .noKey }
            throw .unreadable(error)
        }
    }

    private static func reading<Result: ~Copyable>(
        _ body: () throws(FileError) -> Result
    ) throws(KeyFileError) -> Result {
        do throws(FileError) {
            return try body()
        } catch {
            throw .unreadable(error)
        }
    }

    private static func writing(_ body: () throws(FileError) -> Void) throws(KeyFileError) {
        do throws(FileError) {
            try body()
        } catch {
            throw error.reason == .exists ? .exists : .unwritable(error)
        }
    }
}

import ArgumentParser
import Encoding
import Files
import Settings
import Studio

/// Where the passphrase of an encrypted key comes from.
struct PassphraseOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Read the key's passphrase from this file descriptor. Without it: from the file \
            COLOPHON_PASSPHRASE_FILE, else from the terminal.
            """, valueName: "number"))
    var passphraseFd: Int32?
}

/// Asks for passphrases: the one source of them that the arguments and settings name.
struct PassphraseSource {
    /// Bytes of a passphrase: longer ones are a wrong file.
    private static let byteLimit = 1024

    private let descriptor: Int32?
    private let file: String?
    private let variable: String
    private let console: Console

    init(_ options: PassphraseOptions, _ settings: Settings, _ console: Console) {
        descriptor = options.passphraseFd
        file = settings["passphrase-file"]
        variable = settings.table.setting("passphrase-file")?.variable ?? ""
        self.console = console
    }

    /// Returns the passphrase of the key in the file `key`.
    ///
    /// - Parameter isNew: has it typed twice.
    func passphrase(of key: String, isNew: Bool = false) throws(Failure) -> [UInt8] {
        if let descriptor {
            guard descriptor >= 0 else {
                throw .usage("--passphrase-fd \(descriptor) is no file descriptor")
            }
            return try line(ofFile: "/dev/fd/\(descriptor)", name: "--passphrase-fd \(descriptor)")
        }
        if let file { return try line(ofFile: file, name: file) }
        let first = try typed("Passphrase of \(key): ", key)
        guard isNew else { return first }
        guard try typed("The same again: ", key) == first else {
            throw .usage("the two passphrases differ", hint: "nothing was written; try again")
        }
        return first
    }

    private func typed(_ question: String, _ key: String) throws(Failure) -> [UInt8] {
        guard let passphrase = console.secret(question) else {
            throw .unreadable(
                key, "the private key is encrypted, and no passphrase was given",
                hint: "type it at a terminal, or name --passphrase-fd or \(variable)")
        }
        return try checked(passphrase, "the passphrase")
    }

    /// Returns the first line of a file or pipe, which is held to the rules of a key's file.
    private func line(ofFile path: String, name: String) throws(Failure) -> [UInt8] {
        let bytes: [UInt8]
        do throws(FileError) {
            let file = try InputFile(path)
            do throws(FileError) {
                try file.requireOwn(isSecret: true)
            } catch {
                console.warn(name, "others can read or change this passphrase: it \(error.words)")
            }
            bytes = try file.bytes(limit: Self.byteLimit)
        } catch {
            throw Failure(reading: error)
        }
        guard !PlainText.isUTF16(bytes) else {
            throw .unreadable(path, "has no passphrase", hint: PlainText.advice)
        }
        return try checked(
            PlainText.lines(of: bytes).prefix { $0 != UInt8(ascii: "\n") }, name)
    }

    private func checked(
        _ passphrase: some Sequence<UInt8>, _ name: String
    ) throws(Failure) -> [UInt8] {
        let passphrase = Array(passphrase)
        guard !passphrase.isEmpty else { throw .usage("\(name) is empty") }
        guard !passphrase.contains(0) else {
            throw .usage("\(name) holds U+0000, which no passphrase may have")
        }
        return passphrase
    }
}

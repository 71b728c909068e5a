import Encoding
import Files
import Foundation
import Keys
import Testing
import TestSupport

@Suite struct KeyFilesOnDiskTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: KeyFile.Algorithm.allCases)
    func aWrittenKeyIsItsOwnersOnly(algorithm: KeyFile.Algorithm) throws {
        let key = KeyFile.generate(algorithm)
        let path = folder.path("key.pem")
        try KeyFile.write(key, to: path)
        #expect(try folder.permissions("key.pem") == 0o600)
        let read = try KeyFile.read(privateKeyAt: path)
        #expect(read.key.publicKey == key.publicKey)
        #expect(read.danger == nil)

        try KeyFile.write(key.publicKey, to: folder.path("key.pub.pem"))
        #expect(try KeyFile.read(publicKeyAt: folder.path("key.pub.pem")) == key.publicKey)
    }

    @Test func anExistingFileIsNeverOverwritten() throws {
        let path = try folder.write("precious", to: "key.pem")
        #expect(throws: KeyFileError.exists) {
            try KeyFile.write(KeyFile.generate(.ed25519), to: path)
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
        // Not through a link that leads nowhere either.
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("link"), withDestinationPath: folder.path("elsewhere"))
        #expect(throws: KeyFileError.exists) {
            try KeyFile.write(KeyFile.generate(.ed25519), to: folder.path("link"))
        }
        #expect(try !folder.has("elsewhere"))
    }

    /// Whoever can write it can put another key there; whoever can enter can read it.
    @Test(arguments: [
        (0o600, false), (0o400, false), (0o640, true), (0o604, true), (0o644, true), (0o620, true),
        (0o602, true), (0o610, true), (0o601, true),
    ])
    func aFileThatOthersMayUseIsReported(mode: Int, isDangerous: Bool) throws {
        let pem = KeyFile.pem(of: KeyFile.generate(.ed25519))
        let path = try folder.write(pem, to: "key.pem", mode: mode)
        let expected = isDangerous ? FileError(path, .openToOthers(mode: UInt32(mode))) : nil
        #expect(try KeyFile.read(privateKeyAt: path).danger == expected)
        // The mode is that of the file, not of a link to it.
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("link"), withDestinationPath: path)
        let linked = try KeyFile.read(privateKeyAt: folder.path("link"))
        #expect((linked.danger != nil) == isDangerous)
    }

    @Test func whatCannotBeReadOrWrittenSaysWhy() throws {
        let missing = #expect(throws: KeyFileError.self) {
            try KeyFile.read(privateKeyAt: folder.path("missing"))
        }
        #expect(missing?.description == "cannot be read: no such file or directory")
        let isFolder = #expect(throws: KeyFileError.self) {
            try KeyFile.read(publicKeyAt: folder.path(""))
        }
        #expect(isFolder?.description == "cannot be read: is a folder")
        let unwritable = #expect(throws: KeyFileError.self) {
            try KeyFile.write(KeyFile.generate(.ed25519), to: folder.path("no/key.pem"))
        }
        #expect(unwritable?.description == "cannot be written: no such file or directory")
        #expect(throws: KeyFileError.noKey) {
            try KeyFile.read(privateKeyAt: try folder.write("", to: "empty"))
        }
        #expect(throws: KeyFileError.noKey) {
            let text = String(repeating: "x", count: 1 << 20)
            return try KeyFile.read(privateKeyAt: try folder.write(text, to: "large"))
        }
    }
}

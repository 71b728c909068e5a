import Encoding
import Merkle
import Studio
import Testing
import TestSupport

/// Names of a collector's own stand beside what they name, and are nobody else's to give.
@Suite struct NamesTests {
    private let home: TemporaryFolder
    private let key = Hash.sha256([1])
    private var id: String { Base64.encodeURL(key.bytes) }

    init() throws {
        home = try TemporaryFolder()
    }

    private func names() throws -> Names { try Names(home: home.path) }

    private func write(_ text: String, mode: Int = 0o600) throws {
        if try !home.has(".config") { try names().set("x", to: "x") }
        try home.write(text, to: ".config/colophon/names.yaml", mode: mode)
    }

    @Test func aNameStandsBesideTheURIAndNeverInItsPlace() throws {
        let uri = "https://pops.example/berlin"
        #expect(try names().beside(uri, key: key) == uri)
        try names().set(id, to: "Studio Berlin")
        #expect(
            try names().beside(uri, key: key)
                == "https://pops.example/berlin, which you call \"Studio Berlin\"")
        #expect(try names().beside(uri, key: .sha256([2])) == uri)
    }

    @Test func namesAreKeptInOneFileOfTheirOwners() throws {
        try names().set(id, to: "Studio Berlin")
        try names().set("witness.example+0a+AQ==", to: "Das Archiv")
        try names().set(id, to: "Ana's studio")
        #expect(try home.permissions(".config/colophon/names.yaml") == 0o600)
        #expect(try home.permissions(".config/colophon") == 0o700)
        #expect(try names()[key] == "Ana's studio")
        #expect(try names()[id: "witness.example+0a+AQ=="] == "Das Archiv")
        try names().set(id, to: nil)
        #expect(try names()[key] == nil)
        #expect(try names()[id: "witness.example+0a+AQ=="] == "Das Archiv")
    }

    @Test(
        arguments: [
            "", " x", "x ", "a\nb", "a\"b", "a\\b", "a\u{1B}[31m", "a\u{202E}b", "a\0b",
            String(repeating: "x", count: 81),
        ].map { ShownText($0) })
    func aNameThatCouldNotStandInALineIsRefused(name: ShownText) throws {
        #expect(throws: NamesError.badName) { try names().set(id, to: name.string) }
        #expect(try !home.has(".config"))
    }

    @Test func whatAPersonWroteIsReadOrNamedByItsLine() throws {
        try write("# mine\r\n\r\n\"\(id)\": \"Studio Berlin\"\r\n")
        #expect(try names()[key] == "Studio Berlin")
        for line in [
            "a: b", "\"a\"", "\"a\": \"b\": \"c\"", "\"a\": \"b\" # x", "\"\": \"b\"",
            "\"a\": \"\"",
            "\"x\": \"again\"", "\"a\": \"\u{202E}\"",
        ] {
            try write("\"x\": \"y\"\n\(line)\n")
            let path = home.path(".config/colophon/names.yaml")
            #expect(throws: NamesError.malformed(path, line: 2), "\(line)") { try names() }
        }
    }

    @Test func aFileOfAnotherSystemIsRead() throws {
        try write("\u{FEFF}# mine\r\n\"\(id)\": \"Studio Berlin\"\r\n")
        #expect(try names()[key] == "Studio Berlin")
    }

    @Test func whatOthersCanChangeNamesNothing() throws {
        try write("\"\(id)\": \"Studio Berlin\"\n", mode: 0o622)
        let path = home.path(".config/colophon/names.yaml")
        #expect(throws: NamesError.open(path)) { try names() }
        try home.setPermissions(0o600, ".config/colophon/names.yaml")
        #expect(try names()[key] == "Studio Berlin")
        try home.setPermissions(0o777, ".config/colophon")
        #expect(throws: NamesError.open(path)) { try names() }
    }

    @Test(arguments: [nil, "", "relative/home"] as [String?])
    func withoutAHomeThereAreNoNamesAndNoneIsKept(home: String?) throws {
        let names = try Names(home: home)
        #expect(names[key] == nil)
        #expect(throws: NamesError.noHome) { try names.set(id, to: "x") }
    }
}

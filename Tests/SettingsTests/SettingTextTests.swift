import Files
import Settings
import TestSupport
import Testing

/// Values that would become other values on their way: paths, bytes, and files of other systems.
@Suite struct SettingTextTests {
    private let folder: TemporaryFolder
    private let table: SettingsTable

    init() throws {
        folder = try TemporaryFolder()
        table = SettingsTable(
            settings: [
                Setting("key", variable: "T_KEY", isPath: true, summary: "a"),
                Setting("name", variable: "T_NAME", summary: "b"),
                Setting("other", summary: "c"),
            ],
            defaultFiles: [], fileVariable: "T_CONFIG")
    }

    private func settings(
        _ file: String, environment: [String: String] = [:], flags: [String: String?] = [:]
    ) async throws(SettingsError) -> Settings {
        try await Settings(table, flags: flags, environment: environment, file: file)
    }

    @Test(arguments: [
        ("keys/a.pem", "FOLDER/keys/a.pem"), ("./a.pem", "FOLDER/./a.pem"),
        ("../a.pem", "FOLDER/../a.pem"), ("/etc/a.pem", "/etc/a.pem"),
        ("~/a.pem", "/home/ana/a.pem"), ("\"~/my keys/a.pem\"", "/home/ana/my keys/a.pem"),
    ])
    func aPathInAFileStartsAtTheFilesFolder(value: String, path: String) async throws {
        let file = try folder.write("key: \(value)\n", to: "config.yaml")
        let settings = try await settings(file, environment: ["HOME": "/home/ana"])
        #expect(settings["key"] == path.replacing("FOLDER", with: folder.path))
    }

    @Test func aPathElsewhereStartsAtTheCurrentFolder() async throws {
        let file = try folder.write("name: a.pem\nother: ~/b\n", to: "config.yaml")
        let settings = try await settings(
            file, environment: ["T_KEY": "a.pem", "HOME": "/home/ana"])
        #expect(settings["key"] == "a.pem")
        // What is no path is left as it is.
        #expect(settings["name"] == "a.pem")
        #expect(settings["other"] == "~/b")
    }

    @Test(arguments: ["~/a.pem", "~", "~root/a.pem"])
    func aHomeThatIsNotKnownIsSaid(value: String) async throws {
        let file = try folder.write("key: \"\(value)\"\n", to: "config.yaml")
        let error = await #expect(throws: SettingsError.self) { try await self.settings(file) }
        #expect(error?.description.contains("no home is known") == true)
    }

    @Test(
        arguments: [
            "key: /a\r\nname: b\r\nother: c\r\n", "\u{FEFF}key: /a\nname: b\nother: c\n",
            "key: /a\rname: b\rother: c\r", "\u{FEFF}# words\r\nkey: /a\r\nname: b\r\nother: c",
        ] as [ShownText])
    func filesOfOtherSystemsAreRead(text: ShownText) async throws {
        let file = try folder.write(text.string, to: "config.yaml")
        let settings = try await settings(file)
        #expect(["key", "name", "other"].map { settings[$0] } == ["/a", "b", "c"])
    }

    @Test(
        arguments: [
            "key: /a\r\nnmae: b\r\n", "\u{FEFF}key: /a\rkey: b\r", "\u{FEFF}nmae: b\n",
        ] as [ShownText])
    func theirUnknownAndRepeatedKeysAreFoundToo(text: ShownText) async throws {
        let file = try folder.write(text.string, to: "config.yaml")
        await #expect(throws: SettingsError.self) { try await self.settings(file) }
    }

    @Test func utf16IsNamed() async throws {
        let file = try folder.write([0xFF, 0xFE, 0x6B, 0x00, 0x3A, 0x00], to: "config.yaml")
        let error = await #expect(throws: SettingsError.self) { try await self.settings(file) }
        #expect(error?.hint?.contains("UTF-16") == true)
    }

    @Test func nothingIsCutAtAZeroAndNothingIsRepaired() async throws {
        let bytes = NativeText.spelled([0x4A, 0xF6])
        let empty = try folder.write("", to: "empty.yaml")
        for (environment, reason) in [
            (["T_NAME": bytes], "T_NAME: is not UTF-8 text"), (["T_KEY": bytes], nil),
        ] as [([String: String], String?)] {
            do throws(SettingsError) {
                let settings = try await settings(empty, environment: environment)
                #expect(reason == nil && settings["key"] == bytes)
            } catch {
                #expect(error.description == reason)
            }
        }
        for key in ["key", "name"] {
            let file = try folder.write("\(key): \"a\\0b\"\n", to: "config.yaml")
            let error = await #expect(throws: SettingsError.self) { try await self.settings(file) }
            #expect(error?.description.contains("\(key): holds U+0000") == true)
        }
    }

    @Test func theParsersOwnWordsAreNotShown() async throws {
        let file = try folder.write("name: [a, [b]]\n", to: "config.yaml")
        let error = await #expect(throws: SettingsError.self) { try await self.settings(file) }
        #expect(error?.reason == "is not valid YAML: a value is no text and no list")
    }

    /// Whether an empty argument is a path must be known: nothing is done without.
    @Test(arguments: ["", "{", "[]", "{}", #"{"command": null}"#, #"{"command": {"a": 1}}"#])
    func aDescriptionThatCannotBeReadIsNoCommandWithoutPaths(help: String) {
        let places = { () throws(SettingsError) in try ArgumentPlaces(help: help) }
        #expect(throws: Never.self) { try ProgramArguments(["sign", "a"]).requirePaths(places) }
        for arguments in [["sign", ""], ["sign", "--out="]] {
            let error = #expect(throws: SettingsError.self) {
                try ProgramArguments(arguments).requirePaths(places)
            }
            #expect(error?.place == "the arguments" && error?.hint?.isEmpty == false)
        }
    }

    @Test func anEmptyPathIsRefusedByName() throws {
        let argument = #"{"kind": "positional", "valueName": "file"}"#
        let help = #"{"command": {"commandName": "show", "arguments": [\#(argument)]}}"#
        let error = #expect(throws: SettingsError.self) {
            try ProgramArguments([""]).requirePaths { () throws(SettingsError) in
                try ArgumentPlaces(help: help)
            }
        }
        #expect(error?.place == "file")
    }

    @Test func argumentsThatAreNoTextAreRefusedByNameUnlessTheyArePaths() throws {
        let spelled = NativeText.spelled([0x4A, 0xF6])
        let last = NativeText.spelled("\u{10FFFD}".utf8)
        let arguments = ProgramArguments(["sign", spelled, "--title", last])
        #expect(try arguments.checked { _, _ in .path } == ["sign", spelled, "--title", last])
        let error = #expect(throws: SettingsError.self) {
            try arguments.checked { $1 == 1 ? .flag("--creator") : .flag("--title") }
        }
        #expect(error?.description == "--creator: is not UTF-8 text")
        // Text is text, though it has the scalars that spell bytes.
        #expect(
            try arguments.checked { $1 == 1 ? .path : .flag("--title") }
                == ["sign", spelled, "--title", "\u{10FFFD}"])
    }
}

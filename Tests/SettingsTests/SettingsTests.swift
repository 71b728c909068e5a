import Settings
import TestSupport
import Testing

@Suite struct SettingsTests {
    private let folder: TemporaryFolder
    private let table: SettingsTable

    init() throws {
        folder = try TemporaryFolder()
        table = SettingsTable(
            settings: [
                Setting("listen", variable: "T_LISTEN", fallback: "127.0.0.1:8080", summary: "a"),
                Setting("log-level", variable: "T_LOG_LEVEL", summary: "b"),
                Setting("proxies", summary: "c"),
            ],
            defaultFiles: [folder.path("default.yaml")], fileVariable: "T_CONFIG")
    }

    private func write(_ text: String, _ name: String = "config.yaml") throws -> String {
        try folder.write(text, to: name)
    }

    @Test func aFlagOutranksTheEnvironmentAndThatTheFile() async throws {
        let file = try write("listen: file\nlog-level: file\nproxies: file\n")
        let settings = try await Settings(
            table, flags: ["listen": "flag", "log-level": nil],
            environment: ["T_LISTEN": "environment", "T_LOG_LEVEL": "environment"], file: file)
        #expect(settings["listen"] == "flag")
        #expect(settings.source(of: "listen") == .flag("--listen"))
        #expect(settings["log-level"] == "environment")
        #expect(settings.source(of: "log-level") == .environment("T_LOG_LEVEL"))
        #expect(settings["proxies"] == "file")
        #expect(settings.source(of: "proxies") == .file(file))
    }

    @Test func whatNobodySaysIsTheDefaultOrNothing() async throws {
        let settings = try await Settings(table, flags: [:], environment: ["T_LOG_LEVEL": ""])
        #expect(settings["listen"] == "127.0.0.1:8080")
        #expect(settings.source(of: "listen") == .fallback)
        #expect(settings["log-level"] == nil)
        #expect(settings.file == nil)
    }

    @Test func theDefaultFileIsReadWhereNoneIsNamed() async throws {
        let path = try write("log-level: debug\n", "default.yaml")
        let settings = try await Settings(table, flags: [:], environment: [:])
        #expect(settings.file == path)
        #expect(settings["log-level"] == "debug")
    }

    @Test func theEnvironmentMayNameTheFile() async throws {
        let path = try write("log-level: error\n")
        let settings = try await Settings(table, flags: [:], environment: ["T_CONFIG": path])
        #expect(settings["log-level"] == "error")
    }

    @Test(
        arguments: [
            ("lisen: x\n", "unknown key \"lisen\""),
            ("listen: x\nlisten: y\n", "given twice"),
            ("{listen: x, log-level: y}\n", "unknown key"),
            ("\"listen\": x\n", "unknown key"),
            ("listen\n", "not a line of the form"),
            ("listen:\n  inner: x\n", "neither a text nor a list"),
            ("listen: [a, [b]]\n", "not valid YAML"),
            ("listen: \"x\n", "not valid YAML"),
            ("? listen\n: x\n", "not a line of the form"),
            ("listen: x\n\u{1B}[31m: y\n", "unknown key \"\\u{1b}[31m\""),
        ] as [(ShownText, String)])
    func aFileThatIsNotFlatAndKnownIsRefused(text: ShownText, reason: String) async throws {
        let file = try write(text.string)
        let error = await #expect(throws: SettingsError.self) {
            try await Settings(self.table, flags: [:], environment: [:], file: file)
        }
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    }

    @Test func aFileThatIsMissingOrAFolderIsRefused() async throws {
        for path in [folder.path("none"), folder.path] {
            await #expect(throws: SettingsError.self) {
                try await Settings(self.table, flags: [:], environment: [:], file: path)
            }
        }
    }

    @Test func aFileOfCommentsSaysNothing() async throws {
        let file = try write("# nothing yet\n\n---\n")
        let settings = try await Settings(table, flags: [:], environment: [:], file: file)
        #expect(settings["listen"] == "127.0.0.1:8080")
    }

    @Test func listsAreWrittenInEitherForm() async throws {
        for text in ["proxies: [10.0.0.0/8, \"::1/128\"]\n", "proxies:\n- 10.0.0.0/8\n- ::1/128\n"]
        {
            let settings = try await Settings(
                table, flags: [:], environment: [:], file: try write(text))
            #expect(settings.list("proxies") == ["10.0.0.0/8", "::1/128"])
        }
    }

    @Test func aBadNumberNamesWhereItCameFrom() async throws {
        let settings = try await Settings(
            table, flags: [:], environment: ["T_LOG_LEVEL": "many"])
        let error = #expect(throws: SettingsError.self) {
            try settings.integer("log-level", in: 1...9)
        }
        #expect(error?.description == "T_LOG_LEVEL: \"many\" is not a number from 1 to 9")
    }

    @Test func thePrintedConfigurationReadsBackAsItself() async throws {
        let flags = ["listen": "[::1]:80", "proxies": "a \"b\"\\\t#c", "log-level": "-x: y"]
        let settings = try await Settings(table, flags: flags, environment: [:])
        let file = try write(settings.lines.joined(separator: "\n"))
        let again = try await Settings(table, flags: [:], environment: [:], file: file)
        for (key, text) in flags {
            #expect(again[key] == text)
        }
        #expect(settings.lines.allSatisfy { $0.contains("  # flag --") })
    }

    /// What is printed ends up in journals and tickets: no error shows more of an address.
    @Test func thePrintedConfigurationHasNoSecretOfAnAddress() async throws {
        let table = SettingsTable(
            settings: [
                Setting("listen", isAddress: true, summary: "a"),
                Setting("calendars", isAddress: true, summary: "b"),
                Setting("name", summary: "c"), Setting("plain", isAddress: true, summary: "d"),
            ], defaultFiles: [], fileVariable: "T_CONFIG")
        let settings = try await Settings(
            table,
            flags: [
                "listen": "ana:secret@h:80", "name": "at https://ana:secret@h",
                "calendars": "https://ana:secret@h/c,https://i/?token=secret",
                "plain": "https://h/c",
            ], environment: [:])
        #expect(
            settings.lines == [
                "listen: \"h:80\"  # flag --listen, without its secrets",
                "calendars: \"https://h/c,https://i/\"  # flag --calendars, without its secrets",
                "name: \"at https://h\"  # flag --name, without its secrets",
                "plain: \"https://h/c\"  # flag --plain",
            ])
    }
}

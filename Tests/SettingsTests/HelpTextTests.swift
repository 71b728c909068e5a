import Settings
import Testing

/// What is printed for a person fits a terminal.
@Suite struct HelpTextTests {
    @Test func proseIsFilledAnewAndExamplesStay() {
        let help = """
            OVERVIEW: Does it.

            The first makes the next key and prints it, so that witnesses and others who
            list
            them are told.

              colophond rotate note \\
                --data ledger

            USAGE: colophond rotate <which> [--data <data>] [--keys <keys>] [--prepare] [--again]

            OPTIONS:
              --keys <keys>           The folder of the private keys; DATA.keys where not
                                      given.
              --trusted-proxy <trusted-proxy>
                                      Blocks.
              -h, --help              Show help information.
            """
        let fitted = """
            OVERVIEW: Does it.

            The first makes the next key and prints it, so that witnesses and others who
            list them are told.

              colophond rotate note \\
                --data ledger

            USAGE: colophond rotate <which> [--data <data>] [--keys <keys>]
                    [--prepare] [--again]

            OPTIONS:
              --keys <keys>           The folder of the private keys; DATA.keys
                                      where not given.
              --trusted-proxy <trusted-proxy>
                                      Blocks.
              -h, --help              Show help information.
            """
        #expect(HelpText.fitted(help: help) == fitted)
        #expect(HelpText.fitted(help: fitted) == fitted)
    }

    @Test func whatIsNoHelpStays() {
        let script = String(repeating: "word ", count: 40)
        #expect(HelpText.fitted(help: script) == script)
    }

    /// A command is pasted whole.
    @Test func wordsToAPersonAreFoldedAndCommandsAreNot() {
        let command =
            "colophond restore --data ledger --entries-from \(String(repeating: "x", count: 60))"
        let words =
            "  hint: the entries that are missing have to come back at their places: \(command)"
        #expect(
            HelpText.folded(words, indent: 8) == [
                "  hint: the entries that are missing have to come back at their places:",
                "        \(command)",
            ])
        let prose = String(repeating: "words of a person ", count: 9)
        let lines = HelpText.folded("colophon: \(prose)end", indent: 2)
        #expect(lines.count == 3 && lines.allSatisfy { $0.count <= 80 })
        #expect(
            lines.dropFirst().allSatisfy {
                $0.hasPrefix("  w") || $0.hasPrefix("  o") || $0.hasPrefix("  p")
                    || $0.hasPrefix("  a")
            })
        #expect(HelpText.folded("short", indent: 2) == ["short"])
    }

    @Test func aLongUsageIsNamedByItsCommand() {
        let long =
            "Usage: colophon key add --admin <pem> " + String(repeating: "[--x <y>] ", count: 9)
        #expect(HelpText.hint(usage: long) == "colophon key add --help shows every flag")
        #expect(HelpText.hint(usage: "Usage: colophon x") == "Usage: colophon x")
    }
}

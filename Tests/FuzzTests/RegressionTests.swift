import Encoding
import HTTPService
import LedgerServer
import Testing

/// What fuzzing has found, by name.
@Suite struct RegressionTests {
    /// Swift reads "-0" as the number 0 where a standard asks for two digits.
    @Test(arguments: ["sub=%-0", "sub=a%+1b", "sub=%0", "sub=%", "sub=%zz", "%-0=1"])
    func whatIsNoEscapeIsNoQuery(text: String) {
        #expect(throws: Problem.self) { try Query(text, allowed: ["sub"]) }
    }

    @Test(arguments: ["::-0", "::+1", "-1::", "1.2.3.-4", "1.2.3.+4", "::ffff:1.2.3.-0"])
    func aSignStandsInNoAddress(text: String) {
        #expect(IPAddress.bytes(of: text) == nil)
    }

    /// A label of text stands in the refusal of what must not have it.
    @Test func aLabelCanDoNothingToATerminal() {
        let label = CBORLabel.text("a\u{1B}[31m\u{0}\u{202E}")
        #expect("\(label)" == #""a\u{1b}[31m\u{0}\u{202e}""#)
    }
}

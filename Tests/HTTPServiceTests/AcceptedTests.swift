import HTTPService
import HTTPTypes
import Testing

/// What a client accepts, and what it wants more (RFC 9110 §12.4.2, §12.5.1).
@Suite struct AcceptedTests {
    private static func accepted(_ field: String) -> Accepted {
        var headers = HTTPFields()
        headers[.accept] = field
        return Accepted(headers)
    }

    @Test(arguments: [
        ("text/html", true), ("text/html;q=0.001", true), ("text/*", true), ("*/*", false),
        ("text/html, */*", true), ("*/*, text/html", true), ("text/html;q=0.8, */*;q=0.9", false),
        ("text/html;q=0.8, application/cose;q=0.8", false), ("text/html;q=0", false),
        ("text/html;q=0.9, application/cose;q=0.899", true), ("TEXT/HTML ; Q=1.000", true),
        ("text/html;q=1.001", false), ("text/html;q=0.1234", false), ("text/html;q=-1", false),
        ("text/html;q=1e0", false), ("text/html;q=nan", false), ("text/html;q=", false),
        ("text/html;q=.5", false), ("text/html;level=1;q=0.5, */*;q=0.4", true), ("", false),
        (",,;;q=1", false),
    ])
    func whatIsWantedMoreIsSaidByItsWeightOrElseByItsName(field: String, isPreferred: Bool) {
        #expect(
            Self.accepted(field).prefers("text/html", to: "application/cose") == isPreferred,
            "\(field)")
    }

    @Test func nobodyWhoNamesNothingWantsAPage() {
        #expect(!Accepted(HTTPFields()).prefers("text/html", to: "application/cose"))
        #expect(Accepted(HTTPFields()).allows("application/cose"))
    }

    @Test func elementsBeyondThirtyTwoAreNotLookedAt() {
        let many = Array(repeating: "a/b", count: 32).joined(separator: ",")
        #expect(!Self.accepted(many + ",text/html").prefers("text/html", to: "application/cose"))
        #expect(Self.accepted("text/html," + many).prefers("text/html", to: "application/cose"))
    }

    @Test func theMostExactElementDecides() {
        let accepted = Self.accepted("*/*, application/*;q=0.5, application/cose;q=0")
        #expect(!accepted.allows("application/cose"))
        #expect(accepted.allows("application/cbor") && accepted.allows("text/html"))
    }
}

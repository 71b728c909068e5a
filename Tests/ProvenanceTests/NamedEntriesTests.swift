import Provenance
import Testing

/// How words name entries that lie side by side.
@Suite struct NamedEntriesTests {
    @Test func oneEntryIsNoRange() {
        let one = NamedEntries(357..<358)
        #expect("\(one)" == "entry 357" && one.are == "entry 357 is")
        #expect(one.were == "entry 357 was" && one.theyAre == "it is")
        let more = NamedEntries(3..<6)
        #expect("\(more)" == "entries 3 to 5" && more.are == "entries 3 to 5 are")
        #expect(more.were == "entries 3 to 5 were" && more.theyAre == "they are")
    }
}

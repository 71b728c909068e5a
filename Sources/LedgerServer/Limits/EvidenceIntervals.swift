/// How often others are asked to see and to date this ledger's heads; nil where nobody is.
///
/// Records are answered with it (http.md §15), so that whoever waits for evidence can say for
/// what.
package struct EvidenceIntervals: Hashable, Sendable {
    /// Of the witnesses.
    package var witnesses: Duration?

    /// Of the timestamp authorities.
    package var timestamps: Duration?

    /// Of the calendars.
    package var calendars: Duration?

    /// Nobody is asked.
    package init() {}

    /// The field's value, a dictionary of whole seconds (RFC 8941 §3.2); nil where nobody is
    /// asked.
    var field: String? {
        let members = [
            ("witnesses", witnesses), ("rfc3161", timestamps), ("opentimestamps", calendars),
        ].compactMap { name, interval in
            interval.map { "\(name)=\(max(1, $0.components.seconds))" }
        }
        return members.isEmpty ? nil : members.joined(separator: ", ")
    }
}

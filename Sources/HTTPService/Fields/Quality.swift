/// How much a client wants what stands before it in `Accept` and its like, in thousandths
/// (RFC 9110 §12.4.2).
///
///     weight = OWS ";" OWS "q=" qvalue
///     qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )
struct Quality: Comparable, Sendable {
    /// 0 to 1,000.
    let thousandths: Int

    /// Not wanted at all.
    static let none = Quality(thousandths: 0)

    /// Wanted without a reservation, as where no weight stands.
    static let full = Quality(thousandths: 1_000)

    private init(thousandths: Int) {
        self.thousandths = thousandths
    }

    /// Reads what stands behind `q=`; nil where it has another form.
    init?(_ text: some StringProtocol) {
        let digits = Array(text.utf8)
        guard let whole = digits.first, whole == Self.zero || whole == Self.zero + 1,
            digits.count == 1 || digits[1] == UInt8(ascii: "."), digits.count <= 5
        else { return nil }
        var thousandths = Int(whole - Self.zero) * 1_000
        var unit = 100
        for digit in digits.dropFirst(2) {
            guard (Self.zero...Self.zero + 9).contains(digit) else { return nil }
            thousandths += Int(digit - Self.zero) * unit
            unit /= 10
        }
        guard thousandths <= 1_000 else { return nil }
        self.init(thousandths: thousandths)
    }

    private static let zero = UInt8(ascii: "0")

    static func < (left: Quality, right: Quality) -> Bool {
        left.thousandths < right.thousandths
    }
}

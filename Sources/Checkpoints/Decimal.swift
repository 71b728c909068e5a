/// The highest tree size, leaf index and time that the C2SP formats allow: 2^63 - 1.
let maximumDecimal = UInt64(Int64.max)

/// Reads a decimal number that has one spelling only: digits without sign, space or leading
/// zero; nil where it is anything else or above 2^63 - 1.
func decimal(_ digits: some Collection<UInt8>) -> UInt64? {
    guard let first = digits.first, digits.count == 1 || first != UInt8(ascii: "0") else {
        return nil
    }
    var number: UInt64 = 0
    for digit in digits {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
        let (tens, overflow) = number.multipliedReportingOverflow(by: 10)
        guard !overflow else { return nil }
        let (sum, carry) = tens.addingReportingOverflow(UInt64(digit - UInt8(ascii: "0")))
        guard !carry, sum <= maximumDecimal else { return nil }
        number = sum
    }
    return number
}

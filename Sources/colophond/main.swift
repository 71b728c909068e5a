import Foundation

exit(await Program.status())

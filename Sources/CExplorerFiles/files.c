// The files that the program has inside it: one array and one row of the table for each.
//
// `#embed` (C23) puts the bytes of a file between the braces, and the compiler notes the file as
// one that this depends on.
#pragma clang diagnostic ignored "-Wc23-extensions"

#include "files.h"

static const unsigned char Templates_entry_mustache[] = {
#embed "../Explorer/Templates/entry.mustache"
};
static const unsigned char Templates_form_mustache[] = {
#embed "../Explorer/Templates/form.mustache"
};
static const unsigned char Templates_front_mustache[] = {
#embed "../Explorer/Templates/front.mustache"
};
static const unsigned char Templates_icon_svg[] = {
#embed "../Explorer/Templates/icon.svg"
};
static const unsigned char Templates_layout_mustache[] = {
#embed "../Explorer/Templates/layout.mustache"
};
static const unsigned char Templates_list_mustache[] = {
#embed "../Explorer/Templates/list.mustache"
};
static const unsigned char Templates_log_mustache[] = {
#embed "../Explorer/Templates/log.mustache"
};
static const unsigned char Templates_ops_mustache[] = {
#embed "../Explorer/Templates/ops.mustache"
};
static const unsigned char Templates_problem_mustache[] = {
#embed "../Explorer/Templates/problem.mustache"
};
static const unsigned char Templates_site_css[] = {
#embed "../Explorer/Templates/site.css"
};
static const unsigned char Templates_verify_mustache[] = {
#embed "../Explorer/Templates/verify.mustache"
};

static const struct colophon_packed_file_entry files[] = {
    {"Templates/entry.mustache", Templates_entry_mustache, sizeof(Templates_entry_mustache)},
    {"Templates/form.mustache", Templates_form_mustache, sizeof(Templates_form_mustache)},
    {"Templates/front.mustache", Templates_front_mustache, sizeof(Templates_front_mustache)},
    {"Templates/icon.svg", Templates_icon_svg, sizeof(Templates_icon_svg)},
    {"Templates/layout.mustache", Templates_layout_mustache, sizeof(Templates_layout_mustache)},
    {"Templates/list.mustache", Templates_list_mustache, sizeof(Templates_list_mustache)},
    {"Templates/log.mustache", Templates_log_mustache, sizeof(Templates_log_mustache)},
    {"Templates/ops.mustache", Templates_ops_mustache, sizeof(Templates_ops_mustache)},
    {"Templates/problem.mustache", Templates_problem_mustache, sizeof(Templates_problem_mustache)},
    {"Templates/site.css", Templates_site_css, sizeof(Templates_site_css)},
    {"Templates/verify.mustache", Templates_verify_mustache, sizeof(Templates_verify_mustache)},
};

const size_t colophon_packed_file_count = sizeof(files) / sizeof(files[0]);

struct colophon_packed_file_entry colophon_packed_file(long place) {
    return files[place];
}

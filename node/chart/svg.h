// The few SVG elements that charts are made of.  Positions are pixels as doubles and are written in tenths.
#pragma once

#include <string>
#include <string_view>

#include "core/base/int.h"

namespace lockstep::chart {

// "12.3"; |pixels| below 1e9, -0 is 0.
std::string tenths(double pixels);

// With &, <, > and " replaced.
std::string escaped(std::string_view text);

// `style` is one or more classes of the sheet, anchor is start, middle or end.
std::string text_at(double x, double y, std::string_view anchor, std::string_view style,
                    std::string_view content);
std::string stroke(double x1, double y1, double x2, double y2, std::string_view style);
std::string box(double x, double y, double width, double height, std::string_view style);
// Many in one element, each from a piece of its path: a round dot, an upright stroke.
std::string dot_piece(double x, double y);
std::string upright_piece(double x, double y1, double y2);
std::string path(std::string_view pieces, std::string_view style);  // nothing of no pieces

// The opening tag, title and description (none if empty), the style sheet and the ground.
std::string document_start(double width, double height, std::string_view title, std::string_view description);
std::string document_end();

}  // namespace lockstep::chart

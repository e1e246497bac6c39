// The sources of Boost.JSON, in one place of the program.
#define BOOST_JSON_NO_LIB
#include <boost/json/src.hpp>

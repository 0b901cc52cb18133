// Built by prepare.sh where the system's C++ library is older than GCC 13's.
// GCC 13's library initialises its standard streams from one function; older ones do it in each object that includes
// <iostream>, as this one does.
#include <ios>

static std::ios_base::Init streams;

extern "C" void _ZSt21ios_base_library_initv() {}

// The three parts of the kernel set in one object, so that the module has the functions that they share only once.
#include "../isa/ensemble.cc"
#include "../isa/lanes.cc"
#include "../isa/tiled.cc"

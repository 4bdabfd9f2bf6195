/* The roof: which process of our own this is.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "engine.h"

#include "base/mem.h"
#include "executors/carrier.h"
#include "run/drive.h"
#include "warden/warden.h"

bool
wf_process_main(int argc, char **argv, int *status)
{
	mem_begin();
	if (warden_is_me(argc, argv))
		*status = warden_main(argc, argv);
	else if (carrier_is_me(argc, argv))
		*status = carrier_main(argc, argv);
	else if (drive_is_me(argc, argv))
		*status = drive_main(argc, argv);
	else
		return false;
	return true;
}
